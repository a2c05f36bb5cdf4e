using System.Text.RegularExpressions;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary>How a key that a message names is set by those who train on a file of data, and have no specification to write it into.</summary>
internal static partial class KeyHint
{
    private static readonly string[] CommandsWithKeys = ["train", "backtest", "inspect"];

    /// <summary>A sentence behind the message, beginning with a space; empty where none is needed.</summary>
    public static string Of(InvalidInputException refused, IReadOnlyList<string> args)
    {
        if (args.Count == 0 || !CommandsWithKeys.Contains(args[0]) || args.Any(RunSpecification.IsSpecificationFile)) return "";
        if (refused.Remedy is not { } remedy || remedy.Contains("--set", StringComparison.Ordinal)) return "";
        return Key().Match(remedy) is { Success: true } key && !File.Exists(key.Value) && !args.Any(arg => arg.StartsWith(key.Value, StringComparison.Ordinal))
            ? $" On the command line: {(args[0] == "inspect" ? "train " : "")}--set {key.Value}=VALUE."
            : "";
    }

    [GeneratedRegex(@"\b(data|training)\.[a-z][A-Za-z]+(\.[a-z][A-Za-z]+)*\b")]
    private static partial Regex Key();
}
