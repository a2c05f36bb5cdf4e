using System.Globalization;
using RnnActors.Cli.Plots;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Reports;

namespace RnnActors.Cli.Reports;

/// <summary>A backtest's table and picture, in its folder.</summary>
internal static class BacktestFiles
{
    private const string Picture = "backtest", Cells = "backtest.csv";

    /// <summary>Writes every forecast of every origin with the actual value.</summary>
    public static string Write(RunFolder folder, BacktestReport report)
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
            throw new InvalidInputException($"the forecasts cannot be written: {e.Message.TrimEnd('.')}", "Give another folder with --out",
                new SourceLocation(path), e);
        }

        return path;
    }

    /// <summary>Draws the actual values with each origin's whole forecast.</summary>
    public static IReadOnlyList<string> Draw(RunFolder folder, BacktestReport report)
    {
        Score first = report.Origins[0].Score;
        IReadOnlyList<ComparedSeries> panels = JoinedSeries.Of(report);
        string metric = first.DecidingMetric!;
        string caption = string.Create(CultureInfo.InvariantCulture,
            $"{first.Column(metric).Title}, mean of {report.Origins.Count} origins: {Figures.Number(report.Mean[metric])}");
        ComparedSeries[] drawn = [.. panels.Select((panel, i) => i == 0 ? panel with { Caption = caption } : panel)];
        return PictureFile.SaveBoth(folder.Path, Picture, path => ForecastPlot.Save(path, "Backtest", drawn));
    }
}
