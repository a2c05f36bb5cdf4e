using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Explanations;

/// <summary>The one number that is explained, computed from a network's outputs for a row.</summary>
public abstract class OutputScalar
{
    /// <summary>The output's step that it depends on; null where it depends on all.</summary>
    public virtual int? Step => null;

    /// <summary>Its value, and its gradient with respect to the outputs.</summary>
    /// <param name="outputs">(steps or 1, <paramref name="width"/>).</param>
    /// <param name="gradient">Shaped as the outputs and overwritten; empty where it is not wanted.</param>
    public abstract double Evaluate(ReadOnlySpan<float> outputs, int width, Span<float> gradient);
}

/// <summary>One output at one step, as the network gives it.</summary>
public sealed class OutputValue(int step, int output) : OutputScalar
{
    public override int? Step => step;

    public override double Evaluate(ReadOnlySpan<float> outputs, int width, Span<float> gradient)
    {
        int at = (step * width) + output;
        if (!gradient.IsEmpty)
        {
            gradient.Clear();
            gradient[at] = 1;
        }

        return outputs[at];
    }
}

/// <summary>
/// The log odds log p/(1 - p) of a class against all others together. Unlike a probability it does not saturate where the network is sure. Unlike a logit it
/// does not change when a constant is added to all logits.
/// </summary>
public sealed class LogOdds(int step, int label) : OutputScalar
{
    public override int? Step => step;

    public override double Evaluate(ReadOnlySpan<float> outputs, int width, Span<float> gradient)
    {
        if (width < 2) throw new ArgumentException("There is one class alone.", nameof(width));
        ReadOnlySpan<float> own = outputs.Slice(step * width, width);
        double max = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < width; i++)
            if (i != label) max = Math.Max(max, own[i]);
        for (int i = 0; i < width; i++)
            if (i != label) sum += PortableMath.Exp(own[i] - max);
        if (!gradient.IsEmpty)
        {
            gradient.Clear();
            for (int i = 0; i < width; i++) gradient[(step * width) + i] = i == label ? 1 : (float)(-PortableMath.Exp(own[i] - max) / sum);
        }

        return own[label] - max - PortableMath.Log(sum);
    }
}

/// <summary>The log likelihood of a row's labels under CTC or a cross-entropy.</summary>
/// <param name="objective">The loss whose negative, for one row, is the log likelihood. It must sum over the row's labels, not average.</param>
/// <param name="labels">One label per step; a sequence of its own length for <see cref="Ctc"/>.</param>
public sealed class LogLikelihood(Objective objective, int[] labels) : OutputScalar
{
    public override double Evaluate(ReadOnlySpan<float> outputs, int width, Span<float> gradient)
    {
        var layout = new SequenceLayout(outputs.Length / width, 1);
        var targets = objective.NeedsOwnLength ? new SequenceLayout(Math.Max(1, labels.Length), 1, isRagged: true) : layout;
        if (objective.NeedsOwnLength) targets.Fill([labels.Length]);
        var rows = new ObjectiveRows(outputs, width, layout, [], labels, width, targets, new ShardRows(0, 1));
        return -objective.Evaluate(rows, -1, gradient).Sum;
    }
}
