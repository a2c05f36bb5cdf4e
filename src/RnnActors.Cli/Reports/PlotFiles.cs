using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Runs;
using RnnActors.Core.Metrics;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Reports;

/// <summary>The pictures of a run, in its folder.</summary>
internal static class PlotFiles
{
    /// <returns>The files that were drawn; what could not be is told to <paramref name="warn"/>, since the run itself is done.</returns>
    public static IReadOnlyList<string> Draw(RunFolder folder, string name, Score? score, LossHistory losses, Objective loss, long bestStep, Action<string> warn)
    {
        List<string> drawn = [];
        if (score?.Series is { } series) Try("forecast.png", path => ForecastPlot.Save(path, Forecast(name, score, series)));
        var curves = losses.Plot($"{name}: loss", NameOf(loss), bestStep);
        if (curves.Training.At.Length > 0) Try("loss.png", path => LossPlot.Save(path, curves));
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

    private static ForecastPlotData Forecast(string name, Score score, LeadSeries series)
    {
        const string error = MetricNames.RootMeanSquaredError;
        string beside = score.Baselines.MinBy(baseline => baseline.Metrics[error]) is { } simple ? $" ({simple.Key.Replace('_', ' ')} {Figures.Number(simple.Metrics[error])})" : "";
        string steps = series.Lead > 1 ? $", all {series.Lead} steps" : "";
        return new ForecastPlotData(
            $"{name}: {series.Target}, forecast {Figures.Plural(series.Lead, "row")} ahead", series.Target, series.Actual, series.Predicted, series.Times,
            $"RMSE{steps}: {Figures.Number(score.Metrics[error])}{beside}");
    }

    private static string NameOf(Objective loss) => loss switch
    {
        MeanSquaredError => "mean squared error",
        MeanAbsoluteError => "mean absolute error",
        SoftmaxCrossEntropy => "cross-entropy in nats",
        _ => $"{loss.Name} loss",
    };
}
