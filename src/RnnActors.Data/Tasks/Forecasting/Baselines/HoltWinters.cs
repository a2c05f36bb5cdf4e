using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>Exponential smoothing of each series and target separately. It is fitted to the training rows, and updated with the rows after them.</summary>
internal sealed class HoltWinters : Baseline
{
    /// <summary>The maximum number of fits; more would take longer than a simple forecast should.</summary>
    private const int MaxFits = 2_000;

    /// <summary>The maximum number of rows to fit to; of a longer series, the last ones.</summary>
    private const int MaxRows = 4_000;

    private readonly PreparedPanel _panel;
    private readonly ExponentialSmoothing?[] _fits; // (series, targets)
    private readonly int[] _starts; // (series): the first fitted row

    /// <summary>The smoother of each series and target with the row that it has reached, since parts are usually forecast in order.</summary>
    private readonly Dictionary<(int Series, int Target), (Smoother Smoother, int Row)> _carried = [];
    private PreparedPanel? _carriedOver;

    private HoltWinters(PreparedPanel panel, ExponentialSmoothing?[] fits, int[] starts) => (_panel, _fits, _starts) = (panel, fits, starts);

    public override string Key => "holt_winters";

    public override string Name => "exponential smoothing";

    /// <summary>Null if there are no training rows, too many series, or none that is long enough.</summary>
    public static HoltWinters? Fit(PreparedPanel panel, WindowDataset train)
    {
        int targets = panel.TargetCount, count = panel.Series.Count * targets;
        if (train.Rows == 0 || count > MaxFits) return null;
        int[] starts = [.. panel.Series.Select(series => series.Start)], ends = [.. starts];
        foreach (WindowRange range in train.Ranges) ends[range.Series] = range.Origin + range.Count + panel.Shape.Horizon - 1;
        for (int i = 0; i < starts.Length; i++) starts[i] = Math.Max(starts[i], ends[i] - MaxRows);
        var fits = new ExponentialSmoothing?[count];
        Parallel.For(0, count, i =>
        {
            (int series, int target) = Math.DivRem(i, targets);
            fits[i] = ExponentialSmoothing.Fit(Values(panel, starts[series], ends[series], target), panel.Preparation.Spec.Season);
        });
        return Array.TrueForAll(fits, fit => fit is null) ? null : new(panel, fits, starts);
    }

    public override double[] Predict(WindowDataset part)
    {
        PreparedPanel panel = part.Panel;
        int outputs = part.Target.Outputs, horizon = panel.Shape.Horizon;
        double[] predicted = new LastValue().Predict(part); // for a series that is too short to be fitted
        if (_carriedOver != panel) _carried.Clear();
        _carriedOver = panel;
        Dictionary<string, int> numbers = panel == _panel ? [] : _panel.Series.Select((series, number) => (series.Name, number)).ToDictionary();
        int first = 0;
        foreach (WindowRange range in part.Ranges)
        {
            // In another table, the series of the same name is smoothed from its first row, with the fitted parameters.
            int number = panel == _panel ? range.Series : numbers.GetValueOrDefault(panel.Series[range.Series].Name, -1);
            for (int target = 0; target < panel.TargetCount; target++)
            {
                if (number < 0 || _fits[(number * panel.TargetCount) + target] is not { } fit) continue;
                (Smoother smoother, int row) = Carried(range.Series, target, range.Origin)
                    ?? (fit.Start(), panel == _panel ? _starts[number] : panel.Series[range.Series].Start);
                for (int window = 0; window < range.Count; window++)
                {
                    for (; row < range.Origin + window; row++) smoother.Update(panel.Actual[(row * panel.TargetCount) + target]);
                    smoother.Forecast(predicted.AsSpan(((first + window) * outputs) + (target * horizon), horizon));
                }

                _carried[(range.Series, target)] = (smoother, row);
            }

            first += range.Count;
        }

        return predicted;
    }

    private (Smoother Smoother, int Row)? Carried(int series, int target, int origin) =>
        _carried.TryGetValue((series, target), out var known) && known.Row <= origin ? known : null;

    private static double[] Values(PreparedPanel panel, int start, int end, int target) =>
        [.. Enumerable.Range(start, Math.Max(0, end - start)).Select(row => panel.Actual[(row * panel.TargetCount) + target])];
}
