using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Columns and scales of a forecast, without its table.</summary>
/// <param name="data">That of the run, whose file is read again for intervals and for the history of files that go on from it.</param>
internal sealed class FittedForecast(string preparation, ForecastDataSpec data) : FittedTask, IPredictsPaths
{
    /// <summary>More digits than the scale of a float has.</summary>
    private const int MaxDecimals = 9;

    private readonly Preparation _preparation = Preparation.FromJson(preparation);

    public override Shape Input => new(PreparedPanel.InputWidthOf(_preparation));

    public override int Outputs => _preparation.Targets.Count * _preparation.Spec.Horizon;

    /// <summary>As many digits as the data have.</summary>
    public static int DecimalsOf(Preparation preparation, int target) => Math.Min(MaxDecimals, preparation.Decimals?[target] ?? MaxDecimals);

    public override Score Measure(TrainedNetwork network, string path)
    {
        ForecastTask task = ForecastTask.LoadTrained(preparation, path, data.Path);
        WindowDataset windows = task.Test ?? throw new InvalidInputException(
            "the file ends before the first forecast could be compared", "Give a file with more rows", new SourceLocation(path));
        return ForecastScore.Of(task, network, windows, "given", Intervals(network));
    }

    /// <summary>The rows behind the end of each series: a row a step of the horizon, a column a target and a bound.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        ForecastTask task = ForecastTask.LoadTrained(preparation, request.FileOf(new ForecastKind()), data.Path);
        WindowDataset next = task.Next;
        if (request.Paths is { } paths) return Paths(task, network, paths);
        NetworkOutputs said = NetworkOutputs.Of(network, next);
        IReadOnlyList<Forecast> forecasts = task.Forecast(said.Points);
        List<PredictedBand> bands = [];
        if (Intervals(network) is { } intervals) bands.AddRange(ForecastIntervals.Shown.Select(level => PredictedBand.Of(level, intervals.Around(next, said, level))));
        List<PredictionColumn> columns = [];
        if (task.Panel.Series.Count > 1)
            columns.Add(new(SeriesColumn(), [.. forecasts.SelectMany(forecast => Enumerable.Repeat(forecast.Series, forecast.Time.Count))]));
        columns.Add(new(TimeColumn(task), [.. forecasts.SelectMany(forecast => forecast.Time).Select(point => point.Label)]));
        for (int i = 0; i < task.Targets.Count; i++)
        {
            int target = i, decimals = DecimalsOf(_preparation, i);
            string name = task.Targets[i].Name;
            columns.Add(new(name, [.. forecasts.SelectMany(forecast => forecast.Targets[target].Values)], decimals));
            foreach (PredictedBand band in bands)
            {
                columns.Add(new($"{name}_lower{band.Suffix}", Of(band.Lower, target), decimals));
                columns.Add(new($"{name}_upper{band.Suffix}", Of(band.Upper, target), decimals));
            }
        }

        return new PredictionTable(columns) { Notes = task.Notes };

        double[] Of(double[] values, int target)
        {
            int horizon = _preparation.Spec.Horizon;
            return [.. Enumerable.Range(0, next.Rows).SelectMany(row => values[((row * Outputs) + (target * horizon))..((row * Outputs) + ((target + 1) * horizon))])];
        }
    }

    /// <summary>A row a series, path and step: the values of a path follow one another.</summary>
    private PredictionTable Paths(ForecastTask task, TrainedNetwork network, int paths)
    {
        WindowDataset next = task.Next;
        int horizon = _preparation.Spec.Horizon;
        double[] drawn = ForecastPaths.Draw(network, next, paths);
        (int Row, int Path, int Step)[] lines =
        [
            .. Enumerable.Range(0, next.Rows).SelectMany(row => Enumerable.Range(0, paths)
                .SelectMany(path => Enumerable.Range(0, horizon).Select(step => (row, path, step)))),
        ];
        List<PredictionColumn> columns = [];
        SeriesRows SeriesOf((int Row, int Path, int Step) line) => task.Panel.Series[next.At(line.Row).Series];
        if (task.Panel.Series.Count > 1) columns.Add(new(SeriesColumn(), [.. lines.Select(line => SeriesOf(line).Name)]));
        columns.Add(new(TimeColumn(task), [.. lines.Select(line => task.Panel.Time.LabelOf(SeriesOf(line), next.At(line.Row).Origin + line.Step))]));
        columns.Add(new("path", [.. lines.Select(line => line.Path + 1.0)], 0));
        for (int i = 0; i < task.Targets.Count; i++)
        {
            int target = i;
            double[] values = [.. lines.Select(line => drawn[(((line.Row * paths) + line.Path) * Outputs) + (target * horizon) + line.Step])];
            columns.Add(new(task.Targets[i].Name, values, DecimalsOf(_preparation, i)));
        }

        return new PredictionTable(columns) { Notes = task.Notes };
    }

    private string SeriesColumn() => _preparation.Spec.Series.Count == 1 ? _preparation.Spec.Series[0] : "series";

    private string TimeColumn(ForecastTask task) => !task.Panel.Time.HasDates ? "row" : task.Panel.Time.Name ?? _preparation.Spec.Time ?? "time";

    /// <summary>From the validation rows of the training data, while these are there; null where they are not.</summary>
    private ForecastIntervals? Intervals(TrainedNetwork network)
    {
        if (_preparation.Spec.Split.Validation <= 0 || (data.Path is { } path && !File.Exists(path))) return null;
        try
        {
            return ForecastIntervals.Fit(network, ForecastTask.Load(data, "").Validation);
        }
        catch (InvalidInputException)
        {
            return null; // the file has changed so that it cannot be divided as it was
        }
    }
}
