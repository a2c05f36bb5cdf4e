using System.Text.Json.Nodes;
using RnnActors.Cli.Display;

namespace RnnActors.Cli.Tests;

/// <summary>The program, run in this process with plain text as its output.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <summary>A network and a series that are trained in a moment.</summary>
    public static readonly string[] Tiny =
    [
        "--window", "6", "--horizon", "2", "--set", "training.epochs=2", "--set", "model.0.lstm=4", "--set", "training.batch=64", "--set",
        "checkpoint.everySteps=10", "--set", "data.split.train=0.2",
    ];

    public string All => Output + Error;

    /// <summary>The lines of <c>--json</c>.</summary>
    public IReadOnlyList<JsonObject> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    public JsonObject Last => Lines[^1];

    public string Parameters => Last["parameters"]!.GetValue<string>();

    public static async Task<CommandRun> OfAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await Program.RunAsync(args, Terminal.ToWriters(output, error));
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Trains the tiny network.</summary>
    public static Task<CommandRun> TrainAsync(string folder, params string[] more) =>
        OfAsync(["train", "--json", "--no-plot", "--out", folder, .. Tiny, .. more]);
}
