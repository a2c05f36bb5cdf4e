using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// A forecast that is updated row by row, as values arrive. After a window's length of rows since the last reset, it equals the window's forecast bit by bit;
/// further rows continue from its state.
/// </summary>
internal sealed class ForecastSteps : StepCodec
{
    private readonly Preparation _preparation;
    private readonly Objective _loss;
    private readonly ValueTransform[] _inputTransforms, _targetTransforms;
    private readonly int[] _quantiles;
    private readonly float[] _own;

    private ForecastSteps(Preparation preparation, Objective loss)
        : base(
            [.. preparation.Inputs.Select(input => input.Name)],
            [.. preparation.Targets.SelectMany(target => Enumerable.Range(1, preparation.Spec.Horizon).Select(step => $"{target.Name}+{step}"))])
    {
        (_preparation, _loss) = (preparation, loss);
        _inputTransforms = [.. preparation.Inputs.Select(input => preparation.Spec.TransformOf(input.Name, input.IsSeriesValue))];
        _targetTransforms = [.. preparation.Targets.Select(target => preparation.Spec.TransformOf(target.Name))];
        _quantiles = loss is QuantileLoss quantile ? [.. Enumerable.Range(0, quantile.Levels.Count).OrderBy(i => quantile.Levels[i])] : [];
        _own = new float[Math.Max(1, loss is IDistribution distribution ? distribution.OutputsPerTarget : _quantiles.Length)];
    }

    /// <exception cref="InvalidInputException">A row's inputs depend on more than its own values, or its answer on more than the network's outputs.</exception>
    public static ForecastSteps Of(Preparation preparation, Objective loss)
    {
        ForecastDataSpec spec = preparation.Spec;
        string? why = spec switch
        {
            { Normalize: not WindowNormalization.None } => "reads values relative to a window's end (data.normalize)",
            { RelativeTo: not TargetBase.None } => "forecasts relative to values before (data.relativeTo)",
            { Embedded.Count: > 0 } => "reads embedded categories (data.embedded)",
            _ when preparation.Series is not null => "has scales for each of many series",
            _ when preparation.Inputs.Any(input => input is { Category: not null } or not { Ahead: 0, Lag: 0, RollingMean: 0 }) =>
            "reads categories, or values of other rows (lags, means, what is known ahead)",
            _ => null,
        };
        return why is null ? new ForecastSteps(preparation, loss)
            : throw new InvalidInputException($"this network {why}, so a row cannot be read by itself", "Give Predict the recent rows");
    }

    public override void Encode(ReadOnlySpan<double> values, Span<float> step)
    {
        for (int i = 0; i < Inputs.Count; i++)
        {
            step[i] = ValueTransforms.Takes(_inputTransforms[i], values[i])
                ? (float)_preparation.Inputs[i].Scale.Apply(ValueTransforms.Apply(_inputTransforms[i], values[i]))
                : float.NaN;
            if (!float.IsFinite(step[i]))
                throw new InvalidInputException($"the value {values[i]} of '{Inputs[i]}' cannot be used", "Give a finite number as in the training rows");
        }
    }

    public override bool ReadsTime => _preparation.Spec.Calendar.Count > 0;

    public override void EncodeTime(DateTime time, Span<float> step)
    {
        for (int i = 0; i < _preparation.Spec.Calendar.Count; i++)
        {
            (double sin, double cos) = CalendarFeatures.Of(_preparation.Spec.Calendar[i], time);
            int at = Inputs.Count + (2 * i);
            (step[at], step[at + 1]) = ((float)sin, (float)cos);
        }
    }

    public override void Decode(ReadOnlySpan<float> outputs, Span<double> answer)
    {
        for (int output = 0; output < answer.Length; output++)
        {
            int target = output / _preparation.Spec.Horizon;
            answer[output] = ValueTransforms.Undo(
                _targetTransforms[target], _preparation.Targets[target].Scale.Undo(PointOf(outputs, output, answer.Length)),
                _preparation.NoiseVariances?[output] ?? 0);
        }
    }

    /// <summary>The point forecast, as in <see cref="NetworkOutputs"/>.</summary>
    private double PointOf(ReadOnlySpan<float> outputs, int output, int count)
    {
        switch (_loss)
        {
            case QuantileLoss { Levels: var levels }:
                for (int i = 0; i < _own.Length; i++) _own[i] = outputs[(output * _own.Length) + i];
                Array.Sort(_own);
                int middle = 0;
                for (int i = 1; i < _quantiles.Length; i++)
                    if (Math.Abs(levels[_quantiles[i]] - 0.5) < Math.Abs(levels[_quantiles[middle]] - 0.5)) middle = i;
                return _own[middle];
            case IDistribution distribution:
                NetworkOutputs.Gather(outputs, output, count, _own);
                return (float)distribution.Point(_own);
            default:
                return outputs[output];
        }
    }
}
