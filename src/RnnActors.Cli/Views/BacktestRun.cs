using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using Spectre.Console;

namespace RnnActors.Cli.Views;

/// <summary>Runs a backtest, and shows each origin, the overall result, and a picture.</summary>
internal static class BacktestRun
{
    /// <summary>The width from which a terminal has room for hashes beside the figures.</summary>
    private const int WideEnough = 100;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        Terminal terminal, bool isJson, Backtest backtest, string name, RunSpecification specification, RunFolder folder, int origins, bool drawPlots)
    {
        var lines = new JsonLineWriter(terminal.Output);
        using var signals = new StopSignals(beforeExit: terminal.Restore);
        BacktestReport? report;
        try
        {
            report = await backtest.RunAsync(
                origin => isJson ? new JsonVariant(lines, "origin", origin) : new PlainVariant(terminal, "origin", origin, origins),
                signals.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            report = null;
        }

        if (report is null)
        {
            if (isJson) lines.Write("stopped", ("folder", folder.Path));
            else
            {
                terminal.Output.WriteLine(backtest.Cluster is null
                    ? "Stopped. The same command goes on from there, to the same bits."
                    : "Stopped. The cluster goes on with the origins that it has; the same command follows them again and submits the rest.");
            }
            return signals.ExitCode == 0 ? ExitCode.Cancelled : signals.ExitCode;
        }

        List<string> files = [BacktestFiles.Write(folder, report)];
        if (drawPlots)
        {
            files.AddRange(BacktestFiles.Draw(folder, report));
            files.AddRange(ReportFile.WriteOf(terminal, folder, () => SeveralRunsStory.Of(report, name, specification, terminal.Command), Warn));
        }

        if (isJson)
        {
            lines.Write(
                "backtested", ("metrics", report.Mean), ("deviations", report.Deviation),
                ("baselines", new JsonObject(report.Baselines.Select(rival => KeyValuePair.Create(rival.Key, JsonLineWriter.Node(rival.Metrics))))),
                ("origins", new JsonArray([.. report.Origins.Select(origin => new JsonObject
                {
                    ["seen_until"] = origin.SeenUntil, ["data_hash"] = origin.DataHash, ["parameters"] = origin.ParameterHash,
                    ["metrics"] = JsonLineWriter.Node(origin.Score.Metrics),
                })])),
                ("files", files));
        }
        else
        {
            Write(terminal.Console, report);
            terminal.Console.WriteLine();
            foreach ((string kind, string shown) in ReportText.Listed(files)) terminal.Output.WriteLine($"  {kind,-6} {shown}");
        }

        return ExitCode.Done;

        void Warn(string warning)
        {
            if (isJson) lines.Write("warning", ("message", warning));
            else terminal.Error.WriteLine($"Warning: {warning}");
        }
    }

    internal static void Write(IAnsiConsole console, BacktestReport report)
    {
        bool isNarrow = console.Profile.Width < WideEnough;
        Score score = report.Origins[0].Score;
        string[] metrics = [.. report.Mean.Select(metric => metric.Key).Where(metric => !score.Column(metric).IsDetail)];
        console.WriteLine();
        console.MarkupLine($"[bold]Over {Figures.Plural(report.Origins.Count, "origin")}[/], each forecast from the rows up to its last one, as if no later "
            + $"one had come");
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("[grey]seen until[/]").PadLeft(2).NoWrap());
        foreach (string metric in metrics) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(score.Column(metric).Title)}[/]").RightAligned().PadLeft(2));
        if (!isNarrow) table.AddColumn(new TableColumn("[grey]parameters[/]").PadLeft(2));
        foreach (OriginReport origin in report.Origins)
            Row(Markup.Escape(origin.SeenUntil), metric => Figures.Number(origin.Score.Metrics[metric]), origin.ParameterHash[..8]);
        Row("[bold]mean[/]", metric => $"[bold]{Figures.Number(report.Mean[metric])}[/]");
        if (report.Origins.Count > 1) Row("deviation", metric => Figures.Number(report.Deviation[metric]));
        foreach (var rival in report.Baselines)
            Row(Markup.Escape(rival.Name), metric => rival.Metrics.TryGet(metric, out double value) ? Figures.Number(value) : "–");
        console.Write(table);

        void Row(string name, Func<string, string> figure, string parameters = "") =>
            table.AddRow([name, .. metrics.Select(figure), .. isNarrow ? [] : (string[])[parameters]]);
    }
}
