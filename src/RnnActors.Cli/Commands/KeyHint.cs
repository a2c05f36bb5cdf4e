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
        if (Key().Match(remedy) is not { Success: true, Value: var key } || File.Exists(key)) return "";
        string? option = TaskKinds.All.SelectMany(kind => kind.Options).FirstOrDefault(known => $"data.{known.Key}" == key)?.Name;
        if (args.Any(arg => arg == option || arg.StartsWith(key, StringComparison.Ordinal))) return "";
        return $" On the command line: {(args[0] == "inspect" ? "train " : "")}{(option is null ? $"--set {key}=VALUE" : $"{option} VALUE")}.";
    }

    [GeneratedRegex(@"\b(data|training)\.[a-z][A-Za-z]+(\.[a-z][A-Za-z]+)*\b")]
    private static partial Regex Key();
}
