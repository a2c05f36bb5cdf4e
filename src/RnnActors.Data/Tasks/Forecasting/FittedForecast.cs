using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Columns and scales of a forecast, without its table.</summary>
internal sealed class FittedForecast(string preparation) : FittedTask, IPredicts
{
    private readonly Preparation _preparation = Preparation.FromJson(preparation);

    public override Shape Input => new(PreparedSeries.InputWidthOf(_preparation));

    public override int Outputs => _preparation.Targets.Count * _preparation.Spec.Horizon;

    public override Score Measure(TrainedNetwork network, string path)
    {
        ForecastTask task = ForecastTask.LoadTrained(preparation, path);
        WindowDataset windows = task.Test ?? throw new InvalidInputException(
            "the file ends before the first forecast could be compared", "Give a file with more rows", new SourceLocation(path));
        return ForecastScore.Of(task, network, windows, "given");
    }

    /// <summary>The rows behind the end of the file: a row a step of the horizon, a column a target.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        ForecastTask task = ForecastTask.LoadTrained(preparation, request.FileOf(new ForecastKind()));
        Forecast forecast = task.Forecast(network.Outputs(task.Next));
        string time = forecast.Time[0].Date is null ? "row" : _preparation.Spec.Time ?? "time";
        return new PredictionTable(
            [
                new PredictionColumn(time, [.. forecast.Time.Select(point => point.Label)]),
                .. forecast.Targets.Select(target => new PredictionColumn(target.Name, target.Values)),
            ]);
    }
}
