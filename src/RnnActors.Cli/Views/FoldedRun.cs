using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Data.Specifications;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using Spectre.Console;

namespace RnnActors.Cli.Views;

/// <summary>Runs a cross-validation, and shows each fold and the overall result.</summary>
internal static class FoldedRun
{
    /// <returns>The exit code.</returns>
    public static async Task<int> TrainAsync(Terminal terminal, bool isJson, string name, RunSpecification specification, string? folder, int folds,
        int? threads, bool drawPlots)
    {
        string path = folder ?? specification.CheckpointDirectory ?? Path.Combine("runs", $"{name}-{folds}-folds");
        var validation = new CrossValidation(name, specification, new RunFolder(path), folds) { Threads = threads };
        var lines = new JsonLineWriter(terminal.Output);
        using var signals = new StopSignals(beforeExit: terminal.Restore);
        var report = await validation.RunAsync(fold => isJson ? new JsonVariant(lines, "fold", fold) : new PlainVariant(terminal, "fold", fold, folds),
            signals.Token).ConfigureAwait(false);
        if (report is null)
        {
            if (isJson) lines.Write("stopped", ("folder", path));
            else terminal.Output.WriteLine("Stopped. The same command goes on from there, to the same bits.");
            return signals.ExitCode == 0 ? ExitCode.Cancelled : signals.ExitCode;
        }

        IReadOnlyList<string> files = !drawPlots ? [] : ReportFile.WriteOf(
            terminal, new RunFolder(path),
            () => SeveralRunsStory.Of(report.Folds, report.Mean, report.Deviation, report.Baselines, name, specification, terminal.Command),
            warning => terminal.Error.WriteLine($"Warning: {warning}"));
        if (isJson)
        {
            lines.Write(
                "cross_validated", ("files", files), ("folds", folds), ("metrics", report.Mean), ("deviations", report.Deviation),
                ("baselines", new JsonObject(report.Baselines.Select(rival => KeyValuePair.Create(rival.Key, JsonLineWriter.Node(rival.Metrics))))),
                ("parameters", report.Folds.Select(fold => fold.ParameterHash)));
        }
        else
        {
            Write(terminal.Console, report);
            terminal.Console.WriteLine();
            foreach ((string kind, string shown) in ReportText.Listed(files)) terminal.Output.WriteLine($"  {kind}  {shown}");
        }

        return ExitCode.Done;
    }

    private static void Write(IAnsiConsole console, FoldReport report)
    {
        var score = report.Folds[0].Score!;
        string[] metrics = [.. report.Mean.Select(metric => metric.Key)];
        console.WriteLine();
        console.MarkupLine($"[bold]Over {report.Folds.Count} folds[/], each tested on examples that it was not trained on");
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("").PadLeft(2));
        foreach (string metric in metrics) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(score.Column(metric).Title)}[/]").RightAligned().PadLeft(2));
        table.AddColumn(new TableColumn("[grey]parameters[/]").PadLeft(2));
        for (int fold = 0; fold < report.Folds.Count; fold++)
            table.AddRow([$"fold {fold + 1}", .. metrics.Select(metric => Figures.Number(report.Folds[fold].Score!.Metrics[metric])),
                report.Folds[fold].ParameterHash]);
        table.AddRow(["[bold]mean[/]", .. metrics.Select(metric => $"[bold]{Figures.Number(report.Mean[metric])}[/]"), ""]);
        table.AddRow(["deviation", .. metrics.Select(metric => Figures.Number(report.Deviation[metric])), ""]);
        foreach (var rival in report.Baselines)
            table.AddRow([Markup.Escape(rival.Name), .. metrics.Select(metric => Figures.Number(rival.Metrics[metric])), ""]);
        console.Write(table);
    }
}
