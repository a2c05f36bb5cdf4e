using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>
/// A loss that looks at each step by itself, adapted to <see cref="Objective"/>. A shard's losses are summed step by step in order of time; without a gradient,
/// over all positions in one call.
/// </summary>
public abstract record StepObjective : Objective
{
    /// <summary>The loss of some positions, and its gradient with respect to the outputs.</summary>
    /// <param name="outputs">(n, width), before any softmax.</param>
    /// <param name="targets">(n, target width) values; empty where the loss needs labels.</param>
    /// <param name="labels">(n) class labels; empty where it needs values.</param>
    /// <param name="width">Outputs per step.</param>
    /// <param name="scale">Factor on the gradient of the sum.</param>
    /// <param name="gradient">(n, width), overwritten; may be the memory of <paramref name="outputs"/>; empty where no gradient is wanted.</param>
    public abstract LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient);

    public override double CountOf(long rows, long positions, TargetShape target) => NeedsLabels ? positions : positions * (long)target.Outputs;

    public sealed override LossSum Evaluate(in ObjectiveRows rows, float scale, Span<float> gradient)
    {
        if (gradient.IsEmpty) return EvaluateRun(rows, 0, rows.Layout.Positions, scale, gradient);
        var sum = default(LossSum);
        if (rows.Rows.Count == 0) return sum;
        for (int t = 0; t < rows.Layout.Steps; t++)
        {
            var run = rows.Layout.RunAt(t, rows.Rows);
            if (run.Count > 0) sum += EvaluateRun(rows, run.First, run.Count, scale, gradient);
        }

        return sum;
    }

    /// <summary>Refuses a gradient of another size than the outputs.</summary>
    private protected static void CheckGradient(ReadOnlySpan<float> outputs, ReadOnlySpan<float> gradient)
    {
        if (!gradient.IsEmpty && gradient.Length != outputs.Length)
            throw new ArgumentException($"The gradient has {gradient.Length} elements, the outputs have {outputs.Length}.", nameof(gradient));
    }

    private LossSum EvaluateRun(in ObjectiveRows rows, int first, int count, float scale, Span<float> gradient) => EvaluateStep(
        rows.Outputs.Slice(first * rows.Width, count * rows.Width),
        NeedsLabels ? [] : rows.Targets.Slice(first * rows.TargetWidth, count * rows.TargetWidth),
        NeedsLabels ? rows.Labels.Slice(first, count) : [],
        rows.Width, scale, gradient.IsEmpty ? gradient : gradient.Slice(first * rows.Width, count * rows.Width));
}
