using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The pictures of a part: targets and series, with intervals and the best baseline.</summary>
/// <param name="restored">(part's rows, targets · horizon), in the targets' own units.</param>
/// <param name="rival">The best baseline; null for none.</param>
internal sealed class ForecastPanels(
    ForecastTask task, WindowDataset part, ForecastReport report, IReadOnlyList<double> restored, BaselineResult? rival, IReadOnlyList<PredictedBand> bands)
{
    private readonly int[] _series = [.. Enumerable.Range(0, part.Rows).Select(row => part.At(row).Series)];
    private readonly int _horizon = task.Spec.Horizon, _outputs = part.Target.Outputs;

    public ComparedPanels Of(PanelChoice choice)
    {
        var panels = choice.Resolve(
            [.. task.Targets.Select(target => target.Name)], [.. part.Panel.Series.Select(series => series.Name)], _series.ToHashSet(), _horizon);
        bool areSeveral = choice.Horizons.Distinct().Count() > 1, isOneStep = _horizon == 1 || choice.Horizons.Count > 0;
        return new(
            [.. panels.Select(panel => StepAhead(panel, areSeveral, ofStep: choice.Horizons.Count > 0))],
            isOneStep ? [] : [.. panels.Select(Path)]);
    }

    /// <summary>The forecasts of all values, each made a fixed number of rows before.</summary>
    /// <param name="areSeveral">Whether the name includes that number.</param>
    /// <param name="ofStep">Whether the caption is about this step only.</param>
    private ComparedSeries StepAhead(ChosenPanel panel, bool areSeveral, bool ofStep)
    {
        int[] rows = [.. Enumerable.Range(0, part.Rows).Where(row => _series[row] == panel.Series)];
        int output = (panel.Target * _horizon) + panel.Step;
        double[] At(IReadOnlyList<double> values) => [.. rows.Select(row => values[(row * _outputs) + output])];
        SeriesRows own = part.Panel.Series[panel.Series];
        DateTime?[] times = [.. rows.Select(row => part.Panel.Time.TimeOf(own, part.At(row).Origin + panel.Step))];
        double[] actual = [.. rows.Select(row => part.ActualOf(part.At(row), panel.Target, panel.Step))], predicted = At(restored);
        double[]? other = rival is null ? null : At(rival.Predicted);
        string ahead = $"{Figures.Plural(panel.Step + 1, "row")} ahead";
        return new ComparedSeries(
            "forecast", areSeveral ? $"{NameOf(panel)}, {ahead}" : NameOf(panel), areSeveral ? "forecast" : $"forecast {ahead}",
            actual, predicted, times.All(time => time is not null) ? [.. times.OfType<DateTime>()] : null,
            ofStep ? CaptionOf(panel.Step, actual, predicted, other) : CaptionOf(panel))
        {
            Band = bands.Count == 0 ? null : new(bands[0].Name, At(bands[0].Lower), At(bands[0].Upper)),
            Baseline = other is null ? null : new(rival!.Name.Split(" (")[0], other),
        };
    }

    /// <summary>The forecast from the last window of a series, with all steps ahead.</summary>
    private ComparedSeries Path(ChosenPanel panel)
    {
        int row = Array.LastIndexOf(_series, panel.Series);
        Window window = part.At(row);
        SeriesRows own = part.Panel.Series[panel.Series];
        double[] At(IReadOnlyList<double> values) =>
            [.. Enumerable.Range((row * _outputs) + (panel.Target * _horizon), _horizon).Select(at => values[at])];
        DateTime?[] times = [.. Enumerable.Range(window.Origin, _horizon).Select(at => part.Panel.Time.TimeOf(own, at))];
        return new ComparedSeries(
            "path", own.Name.Length > 0 ? $"{task.Targets[panel.Target].Name}, {own.Name}" : task.Targets[panel.Target].Name,
            $"forecast of {Figures.Plural(_horizon, "row")}",
            [.. Enumerable.Range(0, _horizon).Select(step => part.ActualOf(window, panel.Target, step))], At(restored),
            times.All(time => time is not null) ? [.. times.OfType<DateTime>()] : null)
        {
            Band = bands.Count == 0 ? null : new(bands[0].Name, At(bands[0].Lower), At(bands[0].Upper)),
            Baseline = rival is null ? null : new(rival.Name.Split(" (")[0], At(rival.Predicted)),
        };
    }

    private string NameOf(ChosenPanel panel)
    {
        string target = task.Targets[panel.Target].Name, series = part.Panel.Series[panel.Series].Name;
        return (report.Targets.Count > 1, series.Length > 0) switch
        {
            (true, true) => $"{target}, {series}",
            (false, true) => series,
            _ => target,
        };
    }

    private string CaptionOf(ChosenPanel panel)
    {
        string series = part.Panel.Series[panel.Series].Name;
        MetricList Of(ForecastReport of) => of.Targets.Count > 1 ? of.Targets[panel.Target].Metrics
            : of.Series.Count > 1 ? of.Series.First(one => one.Key == series).Metrics : of.Metrics;
        string beside = rival is null ? "" : $" ({rival.Key.Replace('_', ' ')} {Figures.Number(Of(rival.Report)[ForecastScore.Deciding])})";
        return $"RMSE{(_horizon > 1 ? $", all {_horizon} steps" : "")}: {Figures.Number(Of(report)[ForecastScore.Deciding])}{beside}";
    }

    private string CaptionOf(int step, double[] actual, double[] predicted, double[]? other)
    {
        string beside = other is null ? "" : $" ({rival!.Key.Replace('_', ' ')} {Figures.Number(ErrorOf(other))})";
        return $"RMSE, {step + 1} ahead: {Figures.Number(ErrorOf(predicted))}{beside}";

        double ErrorOf(double[] said) => Math.Sqrt(actual.Zip(said, (a, p) => (a - p) * (a - p)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average());
    }
}
