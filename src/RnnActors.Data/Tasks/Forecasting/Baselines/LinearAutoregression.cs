using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>
/// Ridge regression with the network's own inputs, targets, transform and base. Its penalty is chosen by the squared error on the validation rows, in original
/// units. Without validation rows, the last tenth of the training windows is held out for this, and then it is fitted to all of them.
/// </summary>
internal sealed class LinearAutoregression : Baseline
{
    /// <summary>The maximum number of coefficients of an output. If the window has more values, only its last rows are read.</summary>
    private const int MaxFeatures = 2048;

    /// <summary>The same if windows are normalised by their own values, or targets are missing: no sums can then be shared between windows.</summary>
    private const int MaxOwnFeatures = 512;

    /// <summary>The maximum number of values of such windows; if there are more, every n-th window is used.</summary>
    private const int MaxOwnValues = 6_000_000;

    /// <summary>Errors on a few hundred rows that differ by less than this share count as equal.</summary>
    private const double Chance = 0.01;

    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

    private readonly PreparedPanel _panel;
    private readonly int _rowsRead;
    private readonly RegressionInputs _inputs;
    private readonly LinearModel _model;

    private LinearAutoregression(PreparedPanel panel, WindowDataset train, WindowDataset? validation, int rowsRead, bool isOwn)
    {
        (_panel, _rowsRead) = (panel, rowsRead);
        _inputs = new(panel, rowsRead, isOwn ? null : train);
        int heldOut = validation is null ? train.Rows / 10 : 0;
        RidgeRegression regression = Regression(train, train.Rows - heldOut);
        LinearModel best = Best(
            Penalties.Select(regression.Solve).OfType<LinearModel>(), validation ?? train, validation is null ? train.Rows - heldOut : 0,
            validation?.Rows ?? heldOut);
        _model = heldOut > 0 ? Regression(train, train.Rows).Solve(best.Penalty) ?? best : best;
    }

    public override string Key => "linear";

    public override string Name
    {
        get
        {
            string penalty = Figures.Number(_model.Penalty), rows = _rowsRead.ToString(CultureInfo.InvariantCulture);
            string read = _rowsRead == _panel.Shape.Window ? rows : string.Create(CultureInfo.InvariantCulture, $"last {rows} of {_panel.Shape.Window}");
            return $"linear autoregression ({read}, ridge {penalty})";
        }
    }

    private int Features => _inputs.Count;

    /// <summary>
    /// The noise variance of each output around a linear forecast, (targets · horizon), after the transform and before the scale. It is the sum of squared
    /// residuals on the training windows, divided by the residual degrees of freedom.
    /// </summary>
    public static double[] ResidualVariances(PreparedPanel panel, WindowDataset train)
    {
        int outputs = train.Target.Outputs;
        LinearAutoregression linear = Fit(panel, train, null) ?? throw new InvalidInputException(
            "data.backTransform is mean, and no linear forecast of the training rows tells how large the noise is", "Set it to median, or give more rows");
        int free = Math.Max(train.Rows - linear.Features - 1, (train.Rows + 1) / 2);
        double[] variances = new double[outputs];
        foreach ((int first, int count) in Some(train.Rows))
        {
            double[] predicted = linear.Outputs(linear._model, train, first, count);
            for (int row = 0; row < count; row++)
            {
                Window window = train.At(first + row);
                for (int o = 0; o < outputs; o++)
                {
                    double scale = panel.TargetScale(window.Series, o / panel.Shape.Horizon).Spread;
                    double error = (predicted[(row * outputs) + o] - train.TargetOf(window, o)) * scale;
                    if (double.IsFinite(error)) variances[o] += error * error / free;
                }
            }
        }

        return variances;
    }

    /// <summary>Null if there are no training rows, or too many inputs for a regression to be worth its time.</summary>
    /// <param name="part">The part to be forecast, if it may be in another table; null for the training windows.</param>
    public static LinearAutoregression? Fit(PreparedPanel panel, WindowDataset train, WindowDataset? validation, WindowDataset? part = null)
    {
        bool isOther = (validation ?? train).Panel != panel || (part ?? train).Panel != panel;
        bool isOwn = isOther || panel.RelativeInputs.Length > 0 || panel.Interpolated is not null || panel.HasAbsent;
        int rowsRead = Math.Min(panel.Shape.Window, (isOwn ? MaxOwnFeatures : MaxFeatures) / panel.InputWidth);
        if (train.Rows < 2 || rowsRead == 0) return null;
        bool isObserved = !panel.HasAbsent || Enumerable.Range(0, train.Rows - (train.Rows / 10)).Any(row => IsWhole(train, row));
        return !isObserved ? null : new(panel, train, validation, rowsRead, isOwn);
    }

    public override double[] Predict(WindowDataset part) => Predict(_model, part, 0, part.Rows);

    /// <summary>The forecasts in the targets' own units.</summary>
    private double[] Predict(LinearModel model, WindowDataset part, int first, int count)
    {
        double[] predicted = Outputs(model, part, first, count);
        int outputs = part.Target.Outputs;
        for (int row = 0; row < count; row++)
        {
            Window window = part.At(first + row);
            Span<double> y = predicted.AsSpan(row * outputs, outputs);
            for (int o = 0; o < outputs; o++) y[o] = part.Restore(window, o, y[o]);
        }

        return predicted;
    }

    /// <summary>The forecasts in the scale of the network's outputs: (count, outputs).</summary>
    private double[] Outputs(LinearModel model, WindowDataset part, int first, int count)
    {
        int outputs = part.Target.Outputs, width = _panel.InputWidth;
        double[] predicted = new double[count * outputs];
        double[] read = _inputs.AreOwn ? _inputs.ReadEach(part, [.. Enumerable.Range(first, count)]) : new double[Features];
        for (int row = 0; row < count; row++)
        {
            if (!_inputs.AreOwn) _inputs.ReadStandardised((part.At(first + row).Origin - _rowsRead) * width, read);
            model.Predict(_inputs.AreOwn ? read.AsSpan(row * Features, Features) : read, predicted.AsSpan(row * outputs, outputs));
        }

        return predicted;
    }

    /// <summary>Consecutive batches of so many windows.</summary>
    private static IEnumerable<(int First, int Count)> Some(int windows)
    {
        const int AtOnce = 1024;
        for (int first = 0; first < windows; first += AtOnce) yield return (first, Math.Min(AtOnce, windows - first));
    }

    /// <summary>
    /// The model of the smallest penalty whose squared error is within <see cref="Chance"/> of the best. Without rows to choose by, that of the largest
    /// penalty.
    /// </summary>
    private LinearModel Best(IEnumerable<LinearModel> models, WindowDataset part, int first, int count)
    {
        if (count == 0) return models.Last();
        (LinearModel Model, double Error)[] tried = [.. models.Select(model => (model, SquaredError(model, part, first, count)))];
        double min = tried.Min(candidate => candidate.Error);
        return tried.First(candidate => candidate.Error <= min * (1 + Chance)).Model;
    }

    private RidgeRegression Regression(WindowDataset train, int windows)
    {
        int outputs = train.Target.Outputs, width = _panel.InputWidth;
        if (_inputs.AreOwn)
        {
            int stride = (int)Math.Max(1, ((long)windows * Features) / MaxOwnValues);
            int[] rows = [.. Enumerable.Range(0, windows).Where(row => IsWhole(train, row)).Where((_, i) => i % stride == 0)];
            return new(
                (from, into) => _inputs.ReadEach(train, rows.AsSpan(from / Features, into.Length / Features).ToArray()).CopyTo(into), Features, Features,
                [(0, rows.Length)], outputs, (window, into) => ReadTargets(train, rows[window], into));
        }

        List<(int Start, int Windows)> blocks = [];
        int left = windows;
        foreach (WindowRange range in train.Ranges)
        {
            int count = Math.Min(left, range.Count);
            if (count > 0) blocks.Add(((range.Origin - _rowsRead) * width, count));
            left -= count;
        }

        return new(_inputs.ReadStandardised, width, Features, blocks, outputs, (window, into) => ReadTargets(train, window, into));
    }

    private static void ReadTargets(WindowDataset train, int row, Span<double> into)
    {
        Window window = train.At(row);
        for (int o = 0; o < into.Length; o++) into[o] = train.TargetOf(window, o);
    }

    /// <summary>Whether all targets of a window were observed.</summary>
    private static bool IsWhole(WindowDataset train, int row)
    {
        Window window = train.At(row);
        for (int o = 0; o < train.Target.Outputs; o++)
            if (double.IsNaN(train.ActualOf(window, o / train.Panel.Shape.Horizon, o % train.Panel.Shape.Horizon))) return false;
        return true;
    }

    private double SquaredError(LinearModel model, WindowDataset part, int first, int count)
    {
        int outputs = part.Target.Outputs, horizon = _panel.Shape.Horizon;
        double sum = 0;
        foreach ((int begin, int some) in Some(count))
        {
            double[] predicted = Predict(model, part, first + begin, some);
            for (int i = 0; i < predicted.Length; i++)
            {
                int output = i % outputs;
                double error = predicted[i] - part.ActualOf(part.At(first + begin + (i / outputs)), output / horizon, output % horizon);
                if (double.IsFinite(error)) sum += error * error;
            }
        }

        return sum;
    }
}
