using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Preparing;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>A specification with all its defaults, and the model that it builds for its data.</summary>
internal static class SpecificationText
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(Terminal terminal, string name, RunSpecification specification)
    {
        try
        {
            PreparedRun run = PreparedRun.Create(name, specification);
            ModelTable.Write(terminal.Console, run.Model);
            await FindingText.WriteAsync(terminal, run).ConfigureAwait(false);
        }
        catch (InvalidInputException e)
        {
            terminal.Console.MarkupLine($"[yellow]The model cannot be built, since the data cannot be used yet.[/] {Markup.Escape(e.Message)}");
        }

        terminal.Console.WriteLine();
        WriteJson(terminal, specification);
    }

    public static void WriteJson(Terminal terminal, RunSpecification specification)
    {
        terminal.Console.MarkupLine("[bold]Specification[/], with its defaults");
        terminal.Output.WriteLine(JsonNode.Parse(specification.ToJson())!.ToJsonString(Readable));
    }
}
