using System.Text.RegularExpressions;

namespace RnnActors.EndToEnd.Tests.Readme;

/// <summary>What a mark before a fenced block asks for.</summary>
internal enum BlockUse
{
    /// <summary><c>run</c>: its commands or its program must end with exit code 0.</summary>
    Run,

    /// <summary><c>parse</c>: its command lines must be understood.</summary>
    Parse,

    /// <summary><c>file NAME</c>: it is written to a file that later blocks use.</summary>
    File,

    /// <summary><c>skip REASON</c>: it is not run, and why.</summary>
    Skip,
}

/// <summary>
/// A fenced block of a Markdown document that a comment on the line before it marks for a test: <c>&lt;!-- test: run --&gt;</c>,
/// <c>&lt;!-- test: run needs VARIABLE --&gt;</c>, <c>&lt;!-- test: parse --&gt;</c>, <c>&lt;!-- test: file NAME --&gt;</c>,
/// <c>&lt;!-- test: skip REASON --&gt;</c>. A following text block that is
/// marked <c>&lt;!-- test: output --&gt;</c> says what a run prints.
/// </summary>
/// <param name="Line">Where the block begins, from 1.</param>
/// <param name="Language">What stands behind the fence: <c>sh</c>, <c>csharp</c>.</param>
/// <param name="Argument">The variable that a run needs, the file's name, or the reason; null for none.</param>
internal sealed partial record MarkedBlock(int Line, string Language, BlockUse Use, string? Argument, string Text)
{
    /// <summary>Lines that the output must have, in this order; empty where nothing is said. <c>…</c> stands for anything.</summary>
    public IReadOnlyList<string> ExpectedLines { get; init; } = [];

    /// <summary>The commands, one each, with lines that end with a backslash joined to the next; comments left out.</summary>
    public IEnumerable<string> Commands => Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    /// <summary>The lines, from 1, where examples begin that no mark stands before: commands, programs and specifications.</summary>
    public static IReadOnlyList<int> Unmarked(string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        return
        [
            .. Enumerable.Range(0, lines.Length).Where(i => Example().IsMatch(lines[i]) && (i == 0 || !AnyMark().IsMatch(lines[i - 1]))).Select(i => i + 1),
        ];
    }

    /// <summary>All marked blocks of a document.</summary>
    /// <exception cref="FormatException">A mark is misspelt, or stands before no block.</exception>
    public static IReadOnlyList<MarkedBlock> ReadAll(string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        List<MarkedBlock> blocks = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("<!-- test:", StringComparison.Ordinal)) continue;
            var mark = Mark().Match(lines[i]);
            string fence = i + 1 < lines.Length ? lines[i + 1].Trim() : "";
            int end = Array.FindIndex(lines, Math.Min(i + 2, lines.Length), line => line.Trim() == "```");
            if (!mark.Success || !fence.StartsWith("```", StringComparison.Ordinal) || end < 0)
                throw new FormatException($"Line {i + 1}: \"{lines[i]}\" is not a mark before a fenced block.");
            string text = string.Join('\n', lines[(i + 2)..end]);
            string use = mark.Groups["use"].Value;
            if (use == "output")
            {
                if (blocks.Count == 0) throw new FormatException($"Line {i + 1}: there is no block before this output.");
                blocks[^1] = blocks[^1] with { ExpectedLines = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)] };
                continue;
            }

            string argument = mark.Groups["argument"].Value;
            blocks.Add(new MarkedBlock(i + 2, fence[3..].Trim(), Enum.Parse<BlockUse>(use, ignoreCase: true), argument.Length == 0 ? null : argument, text));
        }

        return blocks;
    }

    /// <summary>The first expected line that the output does not have behind the ones before it; null where it has all.</summary>
    public string? FirstMissing(string output)
    {
        var lines = new Queue<string>(output.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()));
        foreach (string expected in ExpectedLines)
        {
            var pattern = new Regex("^" + string.Join(".*", expected.Split('…').Select(Regex.Escape)) + "$");
            while (true)
            {
                if (!lines.TryDequeue(out string? line)) return expected;
                if (pattern.IsMatch(line)) break;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^\s*```(sh|csharp|json|jsonc)\s*$")]
    private static partial Regex Example();

    [GeneratedRegex(@"^\s*<!-- (test|ci): .+ -->\s*$")]
    private static partial Regex AnyMark();

    [GeneratedRegex(
        @"^\s*<!-- test: (?:(?<use>run)(?: needs (?<argument>\w+))?|(?<use>parse)|(?<use>output)|(?<use>file) (?<argument>[\w.-]+)"
        + @"|(?<use>skip) (?<argument>.+?)) -->\s*$")]
    private static partial Regex Mark();
}
