using RnnActors.Core.Problems;
using RnnActors.Data.Examples;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Reads pairs of sentences: two columns of a table, two keys of JSON lines, or the lines of two files.</summary>
internal static class PairFile
{
    public const string SourceField = "source", TargetField = "target";

    private static readonly string[] Names = [SourceField, TargetField], OtherExtensions = [".csv", ".jsonl", ".ndjson"];

    /// <param name="targetPath">The file of the other language, if each has its own; null if one file has both.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or a line has no translation.</exception>
    public static ExampleList Read(string path, string shown, string? targetPath, string? targetShown, ExampleFormat format)
    {
        ExampleList pairs = targetPath is null
            ? Columns(ExampleFile.Read(path, shown, Parted(format, path) with { UsedNames = Names }), shown)
            : Lines(path, shown, targetPath, targetShown!, format);
        foreach (Example pair in pairs.Rows)
        {
            if (string.IsNullOrWhiteSpace(pair[SourceField]))
                throw new InvalidInputException("the sentence is empty", "Give it a word, or leave the pair out", pair.Where);
            if (string.IsNullOrWhiteSpace(pair[TargetField]))
                throw new InvalidInputException("the translation is empty", "Give it a word, or leave the pair out", pair.Where);
        }

        return pairs;
    }

    /// <summary>The format with its delimiter. Sentences contain commas, so only tabs separate columns unless the file's name says otherwise.</summary>
    private static ExampleFormat Parted(ExampleFormat format, string path) =>
        format.Delimiter is not null || OtherExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            ? format
            : format with { Delimiter = '\t' };

    /// <summary>The columns of the usual names, or the first two: further ones tell where a pair comes from.</summary>
    private static ExampleList Columns(ExampleList list, string shown)
    {
        if (list.Names.Count < 2)
        {
            throw new InvalidInputException(
                "its lines have no tab between a sentence and its translation",
                "Write both in a line, separated by a tab, or name the file of translations with --target-path (data.targetPath)",
                list.Rows.Count > 0 ? list.Rows[0].Where : new SourceLocation(shown));
        }

        bool areNamed = Names.All(list.Names.Contains);
        string source = areNamed ? SourceField : list.Names[0], target = areNamed ? TargetField : list.Names[1];
        return new ExampleList(Names, [.. list.Rows.Select(row => new Example(Names, [row[source], row[target]], row.Where))],
            [.. list.Notes.Where(note => !note.Contains("line of names", StringComparison.Ordinal))]);
    }

    private static ExampleList Lines(string path, string shown, string targetPath, string targetShown, ExampleFormat format)
    {
        ExampleList sources = ExampleFile.ReadTexts(path, shown, format), targets = ExampleFile.ReadTexts(targetPath, targetShown, format);
        for (int i = 0; i < Math.Max(sources.Rows.Count, targets.Rows.Count); i++)
        {
            if (i < sources.Rows.Count && i < targets.Rows.Count && sources.Rows[i].Where.Line == targets.Rows[i].Where.Line) continue;
            SourceLocation lacking = i >= targets.Rows.Count || (i < sources.Rows.Count && sources.Rows[i].Where.Line < targets.Rows[i].Where.Line)
                ? sources.Rows[i].Where
                : targets.Rows[i].Where;
            throw new InvalidInputException(
                $"this line has nothing beside it in {(lacking.Path == shown ? targetShown : shown)}", "Give both files a line for each pair", lacking);
        }

        return new ExampleList(
            Names, [.. sources.Rows.Zip(targets.Rows, (source, target) => new Example(Names, [source.Values[0], target.Values[0]], source.Where))],
            [.. sources.Notes, .. targets.Notes]);
    }
}
