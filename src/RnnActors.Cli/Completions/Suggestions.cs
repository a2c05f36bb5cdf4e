using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RnnActors.Cli.Completions;

/// <summary>
/// Completes an unfinished command line. Shells call <c>rnnactors "[suggest:N]" "LINE"</c>, where LINE follows the program's name and the cursor is after its
/// first N characters. If there are no suggestions, they offer files.
/// </summary>
internal static partial class Suggestions
{
    /// <summary>The lines to print; null if the arguments do not ask for completion.</summary>
    public static IReadOnlyList<string>? Asked(RootCommand root, string[] args)
    {
        if (args.Length is 0 or > 2 || Question().Match(args[0]) is not { Success: true } question) return null;
        string line = args.ElementAtOrDefault(1) ?? "";
        bool isGiven = int.TryParse(question.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int cursor);
        return For(root, line[..(isGiven ? Math.Min(cursor, line.Length) : line.Length)].TrimStart());
    }

    private static IReadOnlyList<string> For(RootCommand root, string typed)
    {
        foreach (Option option in Commands(root).SelectMany(command => command.Options))
            if (option.ValueType == typeof(bool)) option.CompletionSources.Clear();
        string word = typed[(typed.LastIndexOf(' ') + 1)..];
        string parsed = word == "--" ? typed[..^1] : typed; // by itself it ends the options
        return
        [
            .. root.Parse(parsed).GetCompletions(parsed.Length).Select(item => item.InsertText ?? item.Label).Distinct()
                .Where(text => text.StartsWith(word, StringComparison.Ordinal) && text.StartsWith('-') == word.StartsWith('-'))
                .Where(text => text is not ("-?" or "/?" or "/h")),
        ];
    }

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);

    [GeneratedRegex(@"^\[suggest(?::(\d+))?\]$")]
    private static partial Regex Question();
}
