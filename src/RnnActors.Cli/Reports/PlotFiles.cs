using RnnActors.Cli.Plots;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Losses;

namespace RnnActors.Cli.Reports;

/// <summary>The pictures of a run, in its folder.</summary>
internal static class PlotFiles
{
    /// <summary>Every prediction of the test rows beside what came.</summary>
    public const string PredictionsFile = RunFolder.PredictionsName;

    /// <returns>The files that were drawn; what could not be is told to <paramref name="warn"/>, since the run itself is done.</returns>
    public static IReadOnlyList<string> Draw(RunFolder folder, string name, Score? score, LossCurves losses, Action<string> warn)
    {
        List<string> drawn = [];
        foreach (IGrouping<string, ComparedSeries> series in (score?.Series ?? []).GroupBy(series => series.Key))
            Try($"{series.Key}.png", path => ForecastPlot.Save(path, name, [.. series]));
        if (score?.Predictions is { } predictions) Try(PredictionsFile, path => Write(path, predictions()));
        if (score?.Heatmap is { } heatmap) Try($"{heatmap.Key}.png", path => HeatmapPlot.Save(path, heatmap with { Title = $"{name}: {heatmap.Title}" }));
        if (losses.Training.At.Length > 0) Try("loss.png", path => LossPlot.Save(path, losses));
        return drawn;

        void Try(string file, Action<string> save)
        {
            string path = folder.File(file);
            try
            {
                save(path);
                drawn.Add(path);
            }
            catch (InvalidInputException e)
            {
                warn(e.Message);
            }
        }
    }

    private static void Write(string path, PredictionTable table)
    {
        try
        {
            File.WriteAllLines(path, table.ToCsv());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the predictions cannot be written: {e.Message.TrimEnd('.')}", null, new SourceLocation(path), e);
        }
    }
}
