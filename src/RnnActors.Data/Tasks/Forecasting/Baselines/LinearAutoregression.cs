using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>
/// Ridge regression from the window that the network reads to what the network is asked for, with the same inputs, transform and base. Its penalty is chosen
/// by the squared error, in original units, on the validation rows; where there are none, on the last tenth of the training windows, before it is
/// fitted to all of them.
/// </summary>
internal sealed class LinearAutoregression : Baseline
{
    /// <summary>Coefficients an output may have; where the window has more values, only its last rows are read.</summary>
    private const int MaxFeatures = 2048;

    /// <summary>Errors on a few hundred rows that differ by less than this part are equal.</summary>
    private const double Chance = 0.01;

    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

    private readonly PreparedSeries _series;
    private readonly int _rowsRead;

    /// <summary>(rows, I): the network's inputs with mean 0 and deviation 1 over the training windows, so that the penalty weighs all alike.</summary>
    private readonly double[] _inputs;

    private readonly LinearModel _model;

    private LinearAutoregression(PreparedSeries series, WindowDataset train, WindowDataset? validation, int rowsRead)
    {
        (_series, _rowsRead) = (series, rowsRead);
        _inputs = Standardised(series, train);
        int heldOut = validation is null ? train.Rows / 10 : 0;
        validation ??= new(series, train.FirstOrigin + train.Rows - heldOut, heldOut);
        RidgeRegression regression = Regression(train, train.Rows - heldOut);
        LinearModel best = Best(Penalties.Select(regression.Solve).OfType<LinearModel>(), validation);
        _model = heldOut > 0 ? Regression(train, train.Rows).Solve(best.Penalty) ?? best : best;
    }

    public override string Key => "linear";

    public override string Name => _rowsRead == _series.Shape.Window
        ? FormattableString.Invariant($"linear autoregression ({_rowsRead}, ridge {_model.Penalty})")
        : FormattableString.Invariant($"linear autoregression (last {_rowsRead} of {_series.Shape.Window}, ridge {_model.Penalty})");

    /// <summary>
    /// The variance of each output's noise around a linear forecast, (targets · horizon), after the transform and before the scale: the squared residuals on the
    /// training windows, divided by the windows that the coefficients leave free.
    /// </summary>
    public static double[] ResidualVariances(PreparedSeries series, WindowDataset train)
    {
        int rowsRead = Math.Clamp(MaxFeatures / series.InputWidth, 1, series.Shape.Window), outputs = train.Target.Outputs;
        var linear = new LinearAutoregression(series, train, null, rowsRead);
        int features = rowsRead * series.InputWidth, free = Math.Max(train.Rows - features - 1, (train.Rows + 1) / 2);
        double[] variances = new double[outputs], y = new double[outputs];
        for (int row = 0; row < train.Rows; row++)
        {
            int origin = train.FirstOrigin + row;
            linear._model.Predict(linear._inputs.AsSpan((origin - rowsRead) * series.InputWidth, features), y);
            for (int o = 0; o < outputs; o++)
            {
                double error = (y[o] - train.TargetOf(origin, o)) * series.Preparation.Targets[o / series.Shape.Horizon].Scale.Spread;
                variances[o] += error * error / free;
            }
        }

        return variances;
    }

    /// <summary>Null where there are no training rows, or too many inputs for a regression to be worth its time.</summary>
    public static LinearAutoregression? Fit(PreparedSeries series, WindowDataset train, WindowDataset? validation)
    {
        int rowsRead = Math.Min(series.Shape.Window, MaxFeatures / series.InputWidth);
        return train.Rows == 0 || rowsRead == 0 ? null : new(series, train, validation, rowsRead);
    }

    public override double[] Predict(WindowDataset part) => Predict(_model, part);

    private double[] Predict(LinearModel model, WindowDataset part)
    {
        int outputs = part.Target.Outputs, features = _rowsRead * _series.InputWidth;
        double[] predicted = new double[part.Rows * outputs];
        for (int row = 0; row < part.Rows; row++)
        {
            int origin = part.FirstOrigin + row;
            Span<double> y = predicted.AsSpan(row * outputs, outputs);
            model.Predict(_inputs.AsSpan((origin - _rowsRead) * _series.InputWidth, features), y);
            for (int o = 0; o < outputs; o++) y[o] = part.Restore(origin, o, y[o]);
        }

        return predicted;
    }

    /// <summary>
    /// The least penalty whose squared error on <paramref name="validation"/> is within <see cref="Chance"/> of the least error: among equals the one that
    /// bends the fit least. The greatest penalty where there is no row to choose by.
    /// </summary>
    private LinearModel Best(IEnumerable<LinearModel> models, WindowDataset validation)
    {
        if (validation.Rows == 0) return models.Last();
        (LinearModel Model, double Error)[] tried = [.. models.Select(model => (model, SquaredError(model, validation)))];
        double least = tried.Min(candidate => candidate.Error);
        return tried.First(candidate => candidate.Error <= least * (1 + Chance)).Model;
    }

    private RidgeRegression Regression(WindowDataset train, int windows)
    {
        int outputs = train.Target.Outputs, width = _series.InputWidth;
        double[] targets = new double[windows * outputs];
        for (int i = 0; i < targets.Length; i++) targets[i] = train.TargetOf(train.FirstOrigin + (i / outputs), i % outputs);
        return new(_inputs, width, (train.FirstOrigin - _rowsRead) * width, _rowsRead * width, targets, windows);
    }

    private double SquaredError(LinearModel model, WindowDataset part)
    {
        double[] predicted = Predict(model, part), actual = part.Actual();
        double sum = 0;
        for (int i = 0; i < predicted.Length; i++) sum += (predicted[i] - actual[i]) * (predicted[i] - actual[i]);
        return sum;
    }

    private static double[] Standardised(PreparedSeries series, WindowDataset train)
    {
        int width = series.InputWidth, end = train.FirstOrigin + train.Rows;
        double[] standardised = new double[series.Inputs.Length];
        for (int i = 0; i < width; i++)
        {
            double[] column = new double[series.Rows];
            for (int row = 0; row < column.Length; row++) column[row] = series.Inputs[(row * width) + i];
            LinearScale scale = LinearScale.Fit(Scaling.Standard, column.AsSpan(0, end));
            for (int row = 0; row < column.Length; row++) standardised[(row * width) + i] = scale.Apply(column[row]);
        }

        return standardised;
    }
}
