using RnnActors.Core.Explanations;
using RnnActors.Core.Objectives;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Windows whose forecasts can be explained.</summary>
internal sealed class ForecastRows(ForecastTask task, TrainedNetwork network, WindowDataset windows, string part) : ExplainedRows(windows, part)
{
    private readonly Preparation _preparation = task.Panel.Preparation;
    private readonly TokenInput[] _tokens = [.. task.Panel.Preparation.TokenInputs];
    private readonly Objective _loss = network.Training.Loss;

    private bool HasSpread => ForecastPaths.AreOf(_loss);

    public override string CertaintyName =>
        HasSpread ? "mean width of the forecast's distribution, in the network's scale" : "mean absolute error, in the network's scale";

    public override bool IsHigherSurer => false;

    public override string Show(int row)
    {
        Window window = windows.At(row);
        string series = task.Panel.Series.Count > 1 ? $"{task.Panel.Series[window.Series].Name}, " : "";
        return $"{series}{task.TimeColumn} {LabelOf(window, 0)}";
    }

    public override IReadOnlyList<ExplainedInput> InputsOf(int row)
    {
        Window window = windows.At(row);
        return
        [
            new("window", [.. Enumerable.Range(0, windows.Steps).Select(t => LabelOf(window, t - windows.Steps))],
                [.. _preparation.Inputs.Select(NameOf), .. _preparation.Spec.Calendar.SelectMany(feature => new[] { $"sin({feature})", $"cos({feature})" })]),
            .. _tokens.Select((input, i) => new ExplainedInput(
                input.Name, [.. Enumerable.Range(window.Origin - windows.Steps, windows.Steps).Select(at => input.Column.NameOf(TokenOf(at, i)))], [""])),
        ];
    }

    public override RowVerdict Judge(int row, ReadOnlySpan<float> outputs)
    {
        int values = windows.Target.Outputs;
        Window window = windows.At(row);
        double sum = 0;
        int count = 0;
        for (int output = 0; output < values; output++)
        {
            double wanted = windows.TargetOf(window, output), own = HasSpread ? SpreadOf(outputs, output) : Math.Abs(PointOf(outputs, output) - wanted);
            if (double.IsFinite(own)) (sum, count) = (sum + own, count + 1);
        }

        return new RowVerdict(Value(window, 0, PointOf(outputs, 0)), Actual(window, 0), count > 0 ? sum / count : double.NaN);
    }

    public override ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice)
    {
        Refuse(choice.Class, "--class", "a forecast");
        int horizon = _preparation.Spec.Horizon, step = StepOf(choice, horizon, "steps in the horizon") ?? 0;
        string[] names = [.. task.Targets.Select(column => column.Name)];
        int target = choice.Target is { } name ? NumberOf(name, names, "--target", "target") : 0, output = (target * horizon) + step;
        Window window = windows.At(row);
        float[] outputs = OutputsOf(network, windows, row);

        // In the target's own unit if the mapping to it is linear.
        bool isRelative = _preparation.Spec.Normalize != WindowNormalization.None || _preparation.Spec.RelativeTo != TargetBase.None;
        bool isLinear = _preparation.Spec.Transform == ValueTransform.None && _loss is not NegativeBinomial;
        RowVerdict own = new(Value(window, output, PointOf(outputs, output)), Actual(window, output), Judge(row, outputs).Certainty);
        return new ExplainedExample(
            windows, row, Show(row), own, new OutputValue(0, PlaceOf(output)),
            $"the forecast of {names[target]} for {LabelOf(window, step)} ({step + 1} ahead){(isRelative ? ", relative to the window" : "")}",
            InputsOf(row), null)
        {
            Scale = isLinear ? windows.Restore(window, output, 1, isPoint: false) - windows.Restore(window, output, 0, isPoint: false) : 1,
            Unit = isLinear ? names[target] : "the network's scale",
            Notes = !isRelative
                ? []
                : ["The network reads values relative to the window, and forecasts relative to it: what is added back to its forecast has no part in the "
                    + "explanation."],
        };
    }

    private int TokenOf(int row, int column) => windows.Panel.Tokens[(row * _tokens.Length) + column];

    private string LabelOf(Window window, int from) => task.Panel.Time.LabelOf(task.Panel.Series[window.Series], window.Origin + from);

    private static string NameOf(PreparedColumn column) =>
        column.Name + (column.Category is { } category ? $" = {category}" : "") + (column.Ahead > 0 ? $" ({column.Ahead} ahead)" : "")
            + (column.Lag > 0 ? $" (lag {column.Lag})" : "")
            + (column.RollingMean > 0 ? $" (mean of {column.RollingMean})" : "");

    /// <summary>The index of the network output that is the point forecast.</summary>
    private int PlaceOf(int output) => _loss is QuantileLoss { Levels: var levels } ? (output * levels.Count) + MiddleOf(levels) : output;

    private double PointOf(ReadOnlySpan<float> outputs, int output) =>
        _loss is IDistribution distribution ? distribution.Point(Own(distribution, outputs, output)) : outputs[PlaceOf(output)];

    private double SpreadOf(ReadOnlySpan<float> outputs, int output)
    {
        const double Low = 0.1, High = 0.9;
        if (_loss is IDistribution distribution)
        {
            float[] own = Own(distribution, outputs, output);
            return distribution.Quantile(own, High) - distribution.Quantile(own, Low);
        }

        ReadOnlySpan<float> levels = outputs.Slice(output * ((QuantileLoss)_loss).Levels.Count, ((QuantileLoss)_loss).Levels.Count);
        float min = levels[0], max = levels[0];
        foreach (float level in levels) (min, max) = (Math.Min(min, level), Math.Max(max, level));
        return max - min;
    }

    private float[] Own(IDistribution distribution, ReadOnlySpan<float> outputs, int output)
    {
        float[] own = new float[distribution.OutputsPerTarget];
        NetworkOutputs.Gather(outputs, output, windows.Target.Outputs, own);
        return own;
    }

    private static int MiddleOf(QuantileLevels levels) => Enumerable.Range(0, levels.Count).MinBy(i => Math.Abs(levels[i] - 0.5));

    private string Value(Window window, int output, double scaled) => Figures.Number(windows.Restore(window, output, scaled));

    private string? Actual(Window window, int output)
    {
        double value = windows.ActualOf(window, output / _preparation.Spec.Horizon, output % _preparation.Spec.Horizon);
        return double.IsFinite(value) ? Figures.Number(value) : null;
    }
}
