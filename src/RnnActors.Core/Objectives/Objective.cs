using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>
/// What training makes small: a sum over the rows of each shard, and a count that makes it a mean.
/// Sums and counts are added in the reduction tree, and divided once.
/// </summary>
public abstract record Objective
{
    /// <summary>The name in specifications: <c>mse</c>, <c>crossEntropy</c>, <c>ctc</c> …</summary>
    public abstract string Name { get; }

    /// <summary>True where the targets are class labels, false where they are values.</summary>
    public abstract bool NeedsLabels { get; }

    /// <summary>True where each row has labels of its own number, beside its steps.</summary>
    public virtual bool NeedsOwnLength => false;

    /// <summary>Values that a model must give a step for such targets.</summary>
    public virtual int OutputsFor(TargetShape target) => target.Outputs;

    /// <summary>Whether the count depends on the labels, and not on the number of positions alone.</summary>
    public virtual bool CountsByLabel => false;

    /// <summary>What the losses of so many rows are divided by in their mean.</summary>
    /// <param name="positions">Steps of all rows that have a target.</param>
    public abstract double CountOf(long rows, long positions, TargetShape target);

    /// <summary>The same, where it depends on the labels.</summary>
    public virtual double CountOf(ReadOnlySpan<int> labels) => throw new NotSupportedException($"{Name} does not count by label.");

    /// <summary>What the sum over a batch is divided by: its count, or 1 for a sum that stays one.</summary>
    public virtual double Denominator(double count) => count;

    /// <summary>The loss of a shard's rows, and its gradient with respect to the outputs.</summary>
    /// <param name="scale">The gradient is that of the sum times this: 1 / <see cref="Denominator"/> of the whole batch.</param>
    /// <param name="gradient">
    /// (positions of the pass, width), of which the shard's are overwritten; may be the memory of
    /// the outputs. Empty where no gradient is wanted; the rows are then all of the pass.
    /// </param>
    /// <exception cref="InvalidInputException">A label is no class.</exception>
    public abstract LossSum Evaluate(in ObjectiveRows rows, float scale, Span<float> gradient);
}
