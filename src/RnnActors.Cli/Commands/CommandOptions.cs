using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using RnnActors.Cli.Telemetry;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Commands;

/// <summary>Options that several commands share. The parser refuses a value that is not an integer, or too small, and names the option.</summary>
internal static class CommandOptions
{
    public const string JsonName = "--json";

    public static Option<string?> Out() => new("--out") { Description = "The run's folder: checkpoints and plots.", HelpName = "DIR" };

    public static Option<bool> Json() => new(JsonName) { Description = "One JSON object a line on the standard output." };

    public static Option<bool> NoPlot() => new("--no-plot") { Description = "Draw no pictures, and write no report." };

    public static Option<string?> Otlp() => new(OtlpExport.Option) { Description = OtlpExport.Description, HelpName = "URL" };

    /// <summary>A port, 0 if the option has no value; null without the option.</summary>
    public static Option<int?> Page(string description = "Show the run on a live page, on this machine alone. Without a port, any free one.")
    {
        var option = new Option<int?>("--page")
        {
            Description = description,
            HelpName = "PORT",
            Arity = ArgumentArity.ZeroOrOne,
        };
        option.CustomParser = result =>
        {
            if (result.Tokens.Count == 0) return 0;
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= ushort.MaxValue) return port;
            result.AddError($"--page is {result.Tokens[0].Value}, but it must be a port from 0 to 65535. Where a file follows, give the port or put --page "
                + $"behind it");
            return null;
        };
        return option;
    }

    public static Option<int?> Workers() =>
        AtLeast("--workers", 1,
            "Computing threads: a worker actor each, or for large cells several a worker. The result is the same bits for any number. "
            + "The default is the number of cores.");

    public static Option<int?> Epochs() => AtLeast("--epochs", 1, "Passes over the training rows.");

    public static Option<long?> MaxSteps()
    {
        var option = new Option<long?>("--max-steps")
        {
            Description = "Stop after so many steps, counted from the run's first; resume goes on from there.",
            HelpName = "N",
        };
        option.CustomParser = result => long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0
            ? value
            : Refuse(result, "--max-steps", 1);
        return option;
    }

    public static Option<ulong?> Seed(string description = "The seed of initial weights, shuffles and dropout.")
    {
        var option = new Option<ulong?>("--seed") { Description = description, HelpName = "N" };
        option.CustomParser = result => ulong.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : (ulong?)Refuse(result, "--seed", 0);
        return option;
    }

    public static Option<string[]> Set()
    {
        var option = new Option<string[]>("--set")
        {
            Description = "Changes a key of the specification: --set training.batch=64. May be given many times.",
            HelpName = "PATH=VALUE",
            DefaultValueFactory = _ => [],
        };
        option.CompletionSources.Add(context => new SpecificationKeys().Complete(context.WordToComplete).Select(change => new CompletionItem(change)));
        return option;
    }

    public static Option<int?> AtLeast(string name, int min, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.CustomParser = result => int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min
            ? value
            : (int?)Refuse(result, name, min);
        return option;
    }

    private static long? Refuse(System.CommandLine.Parsing.ArgumentResult result, string name, int min)
    {
        result.AddError($"{name} is {result.Tokens[0].Value}, but it must be a whole number of {min} or more");
        return null;
    }
}
