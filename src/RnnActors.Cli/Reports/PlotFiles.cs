using RnnActors.Cli.Plots;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Pictures;

namespace RnnActors.Cli.Reports;

/// <summary>The pictures of a run, in its folder.</summary>
internal static class PlotFiles
{
    /// <summary>The file with every prediction of the test rows and the actual value.</summary>
    public const string PredictionsFile = RunFolder.PredictionsName;

    /// <param name="pictures">The pictures of the run's story, from which recordings are drawn.</param>
    /// <returns>The written files. Failures are only passed to <paramref name="warn"/>, since the run itself is done.</returns>
    public static IReadOnlyList<string> Draw(
        RunFolder folder, string name, Score? score, LossCurves losses, IReadOnlyList<Picture> pictures, Action<string> warn)
    {
        List<string> drawn = [];
        foreach (IGrouping<string, ComparedSeries> series in (score?.Series ?? []).GroupBy(series => series.Key))
            Add(series.Key, path => ForecastPlot.Save(path, name, [.. series]));
        if (score?.Predictions is { } predictions) Write(predictions);
        if (score?.Heatmap is { } heatmap) Add(heatmap.Key, path => HeatmapPlot.Save(path, heatmap with { Title = $"{name}: {heatmap.Title}" }));
        Picture[] recordings = [.. pictures.Where(picture => picture.Heat is { IsDense: true })];
        if (recordings.Length > 0) Add(recordings[0].Key, path => SpectrogramPlot.Save(path, recordings));
        if (losses.Training.At.Length > 0) Add("loss", path => LossPlot.Save(path, losses));
        return drawn;

        void Add(string key, Action<string> save) => drawn.AddRange(PictureFile.TrySaveBoth(folder.Path, key, save, warn));

        void Write(Func<PredictionTable> table)
        {
            string path = folder.File(PredictionsFile);
            try
            {
                File.WriteAllLines(path, table().ToCsv());
                drawn.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                warn($"{path}: the predictions cannot be written: {e.Message.TrimEnd('.')}.");
            }
        }
    }
}
