using System.Text.RegularExpressions;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary>How to set the key that a message names, for users who train on a data file and have no specification to write it into.</summary>
internal static partial class KeyHint
{
    private static readonly string[] CommandsWithKeys = ["train", "backtest", "inspect"];

    /// <summary>A sentence for the end of the message, beginning with a space; empty if none is needed.</summary>
    public static string Of(InvalidInputException refused, IReadOnlyList<string> args)
    {
        if (args.Count == 0 || !CommandsWithKeys.Contains(args[0]) || args.Any(RunSpecification.IsSpecificationFile)) return "";
        if (refused.Remedy is not { } remedy || remedy.Contains("--set", StringComparison.Ordinal)) return "";
        string[] ways = [.. Key().Matches(remedy).Select(found => found.Value).Distinct().Select(key => Way(key, remedy, args)).OfType<string>()];
        return ways.Length == 0 ? "" : $" On the command line: {string.Join(", or ", ways)}.";
    }

    /// <summary>Null if the key is the name of a file, was given already, or the remedy names its option.</summary>
    private static string? Way(string key, string remedy, IReadOnlyList<string> args)
    {
        string? option = TaskKinds.All.SelectMany(kind => kind.Options).FirstOrDefault(known => $"data.{known.Key}" == key)?.Name;
        bool isGiven = args.Any(arg => arg == option || arg.StartsWith(key, StringComparison.Ordinal));
        if (isGiven || File.Exists(key) || (option is not null && remedy.Contains(option, StringComparison.Ordinal))) return null;
        return option is null ? $"--set {key}=VALUE" : $"{option} VALUE";
    }

    [GeneratedRegex(@"\b(data|training)\.[a-z][A-Za-z]+(\.[a-z][A-Za-z]+)*\b")]
    private static partial Regex Key();
}
