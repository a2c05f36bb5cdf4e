using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>
/// The pinball loss max(q·e, (q - 1)·e) with e = t - y of each level q. The model has an output for each level of each target, target by target. Koenker and
/// Bassett 1978. A target that is NaN was not observed and is ignored.
/// </summary>
/// <param name="Levels">Each between 0 and 1.</param>
public sealed record QuantileLoss(QuantileLevels Levels) : StepObjective
{
    public override string Name => "quantile";

    public override bool NeedsLabels => false;

    public override int OutputsFor(TargetShape target) => Levels.Count * target.Outputs;

    public override double CountOf(long rows, long positions, TargetShape target) => positions * (long)OutputsFor(target);

    public override LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient)
    {
        int levels = Levels.Count;
        if (targets.Length * levels != outputs.Length)
            throw new ArgumentException($"There are {outputs.Length} outputs, but {targets.Length} targets of {levels} levels each.", nameof(targets));
        CheckGradient(outputs, gradient);
        double sum = 0;
        long count = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (float.IsNaN(targets[i / levels]))
            {
                if (!gradient.IsEmpty) gradient[i] = 0;
                continue;
            }

            count++;
            double level = Levels[i % levels], error = targets[i / levels] - (double)outputs[i];
            sum += Math.Max(level * error, (level - 1) * error);
            if (!gradient.IsEmpty) gradient[i] = (float)((error > 0 ? -level : error < 0 ? 1 - level : error) * scale);
        }

        return new LossSum(sum, count, 0);
    }
}

/// <summary>The levels of quantiles, in the order of the outputs. Compares by value.</summary>
public sealed class QuantileLevels : IEquatable<QuantileLevels>
{
    private readonly double[] _levels;

    /// <exception cref="InvalidInputException">There is no level, or one is not between 0 and 1.</exception>
    public QuantileLevels(params IEnumerable<double> levels)
    {
        _levels = [.. levels];
        if (_levels.Length == 0 || _levels.Any(level => !(level > 0 && level < 1)))
            throw new InvalidInputException($"the quantiles are {(_levels.Length == 0 ? "none" : string.Join(", ", _levels))}, and must lie between 0 and 1",
                "Give for instance 0.1, 0.5, 0.9");
    }

    public int Count => _levels.Length;

    public double this[int index] => _levels[index];

    public IReadOnlyList<double> ToList() => _levels;

    public bool Equals(QuantileLevels? other) => other is not null && _levels.AsSpan().SequenceEqual(other._levels);

    public override bool Equals(object? obj) => Equals(obj as QuantileLevels);

    public override int GetHashCode() => _levels.Aggregate(_levels.Length, HashCode.Combine);
}
