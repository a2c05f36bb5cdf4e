using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using Spectre.Console;

namespace RnnActors.Cli.Views;

/// <summary>Backtests, and shows each origin, what all of them reached, and a picture.</summary>
internal static class BacktestRun
{
    private const string Picture = "backtest.png", Cells = "backtest.csv";

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Terminal terminal, bool isJson, Backtest backtest, RunFolder folder, int origins, bool drawPlots)
    {
        var lines = new JsonLineWriter(terminal.Output);
        using var signals = new StopSignals(beforeExit: terminal.Restore);
        BacktestReport? report;
        try
        {
            report = await backtest.RunAsync(
                origin => isJson ? new JsonVariant(lines, "origin", origin) : new PlainVariant(terminal, "origin", origin, origins), signals.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            report = null;
        }

        if (report is null)
        {
            if (isJson) lines.Write("stopped", ("folder", folder.Path));
            else terminal.Output.WriteLine("Stopped. The same command goes on from there, to the same bits.");
            return signals.ExitCode;
        }

        List<string> files = [Write(folder, report)];
        if (drawPlots) files.Add(Draw(folder, report));
        if (isJson)
        {
            lines.Write(
                "backtested", ("metrics", report.Mean), ("deviations", report.Deviation),
                ("baselines", new JsonObject(report.Baselines.Select(rival => KeyValuePair.Create(rival.Key, JsonLineWriter.Node(rival.Metrics))))),
                ("origins", new JsonArray([.. report.Origins.Select(origin => new JsonObject
                {
                    ["seen_until"] = origin.SeenUntil, ["data_hash"] = origin.DataHash, ["parameters"] = origin.ParameterHash, ["metrics"] = JsonLineWriter.Node(origin.Score.Metrics),
                })])),
                ("files", files));
        }
        else
        {
            Write(terminal.Console, report);
            terminal.Console.WriteLine();
            foreach (string file in files) terminal.Output.WriteLine($"  {(file.EndsWith(".csv", StringComparison.Ordinal) ? "table" : "plot ")}  {ShownPath.Of(file)}");
        }

        return ExitCode.Done;
    }

    private static void Write(IAnsiConsole console, BacktestReport report)
    {
        Score score = report.Origins[0].Score;
        string[] metrics = [.. report.Mean.Select(metric => metric.Key).Where(metric => !score.Column(metric).IsDetail)];
        console.WriteLine();
        console.MarkupLine($"[bold]Over {Figures.Plural(report.Origins.Count, "origin")}[/], each forecast from the rows up to its last one, as if no later one had come");
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("[grey]seen until[/]").PadLeft(2));
        foreach (string metric in metrics) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(score.Column(metric).Title)}[/]").RightAligned().PadLeft(2));
        table.AddColumn(new TableColumn("[grey]parameters[/]").PadLeft(2));
        foreach (OriginReport origin in report.Origins)
            table.AddRow([Markup.Escape(origin.SeenUntil), .. metrics.Select(metric => Figures.Number(origin.Score.Metrics[metric])), origin.ParameterHash[..8]]);
        table.AddRow(["[bold]mean[/]", .. metrics.Select(metric => $"[bold]{Figures.Number(report.Mean[metric])}[/]"), ""]);
        if (report.Origins.Count > 1) table.AddRow(["deviation", .. metrics.Select(metric => Figures.Number(report.Deviation[metric])), ""]);
        foreach (var rival in report.Baselines)
            table.AddRow([Markup.Escape(rival.Name), .. metrics.Select(metric => rival.Metrics.TryGet(metric, out double value) ? Figures.Number(value) : "–"), ""]);
        console.Write(table);
    }

    /// <summary>Every forecast of every origin beside what came.</summary>
    private static string Write(RunFolder folder, BacktestReport report)
    {
        string path = folder.File(Cells);
        List<string> lines = [];
        foreach (OriginReport origin in report.Origins)
        {
            string[] cells = [.. origin.Score.Predictions!().ToCsv()];
            if (lines.Count == 0) lines.Add($"seen_until,{cells[0]}");
            lines.AddRange(cells.Skip(1).Select(cell => $"{origin.SeenUntil},{cell}"));
        }

        try
        {
            File.WriteAllLines(path, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the forecasts cannot be written: {e.Message.TrimEnd('.')}", "Give another folder with --out", new SourceLocation(path), e);
        }

        return path;
    }

    /// <summary>What came, and each origin's whole forecast over it.</summary>
    private static string Draw(RunFolder folder, BacktestReport report)
    {
        string path = folder.File(Picture);
        Score first = report.Origins[0].Score;
        IReadOnlyList<ComparedSeries> panels = first.Paths.Count > 0
            ? [.. first.Paths.Select(panel => Joined([.. report.Origins.Select(origin => origin.Score.Paths.FirstOrDefault(other => other.Name == panel.Name)).OfType<ComparedSeries>()]))]
            : [.. first.Series.Select(panel => Joined([.. report.Origins.Select(origin => origin.Score.Series.FirstOrDefault(other => other.Name == panel.Name)).OfType<ComparedSeries>()]))];
        string metric = first.DecidingMetric!;
        string caption = string.Create(CultureInfo.InvariantCulture, $"{first.Column(metric).Title}, mean of {report.Origins.Count} origins: {Figures.Number(report.Mean[metric])}");
        ForecastPlot.Save(path, "Backtest", [.. panels.Select((panel, i) => i == 0 ? panel with { Caption = caption } : panel)]);
        return path;
    }

    /// <summary>Forecasts one behind the other, with a gap between them.</summary>
    private static ComparedSeries Joined(ComparedSeries[] parts)
    {
        double[] Join(Func<ComparedSeries, double[]> of) => [.. parts.SelectMany((part, i) => i == 0 ? of(part) : (double[])[double.NaN, .. of(part)])];
        DateTime[]? times = Array.TrueForAll(parts, part => part.Times is { Length: > 0 })
            ? [.. parts.SelectMany((part, i) => i == 0 ? part.Times! : (DateTime[])[part.Times![0], .. part.Times])]
            : null;
        return parts[0] with
        {
            Actual = Join(part => part.Actual),
            Predicted = Join(part => part.Predicted),
            Times = times,
            Band = Array.TrueForAll(parts, part => part.Band is not null) ? new(parts[0].Band!.Name, Join(part => part.Band!.Lower), Join(part => part.Band!.Upper)) : null,
            Rival = null,
            Caption = null,
        };
    }
}
