using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>
/// What training minimises: a loss summed over the rows of each shard, and a count that turns the sum into a mean. Sums and counts are added in the reduction
/// tree and divided once, at its end.
/// </summary>
public abstract record Objective
{
    /// <summary>The name in specifications: <c>mse</c>, <c>crossEntropy</c>, <c>ctc</c> …</summary>
    public abstract string Name { get; }

    /// <summary>True where the targets are class labels, false where they are values.</summary>
    public abstract bool NeedsLabels { get; }

    /// <summary>True where a row's labels have a length of their own, independent of its steps (CTC).</summary>
    public virtual bool NeedsOwnLength => false;

    /// <summary>The number of outputs per step that a model must have for such targets.</summary>
    public virtual int OutputsFor(TargetShape target) => target.Outputs;

    /// <summary>Whether the count depends on the labels themselves, not just on the number of positions.</summary>
    public virtual bool CountsByLabel => false;

    /// <summary>The divisor that turns the summed loss of so many rows into its mean.</summary>
    /// <param name="positions">Steps with a target, in all rows together.</param>
    public abstract double CountOf(long rows, long positions, TargetShape target);

    /// <summary>The divisor where it depends on the labels (<see cref="CountsByLabel"/>).</summary>
    public virtual double CountOf(ReadOnlySpan<int> labels) => throw new NotSupportedException($"{Name} does not count by label.");

    /// <summary>The divisor of the loss that is minimised over a batch: its count, or 1 where the loss stays a sum.</summary>
    public virtual double Denominator(double count) => count;

    /// <summary>The loss of a shard's rows, and its gradient with respect to the outputs.</summary>
    /// <param name="scale">Factor on the gradient: 1 / <see cref="Denominator"/> of the whole batch.</param>
    /// <param name="gradient">
    /// (positions of the pass, width), of which the shard's are overwritten; may be the memory of the outputs. Empty where no gradient is wanted; the rows are
    /// then all rows of the pass.
    /// </param>
    /// <exception cref="InvalidInputException">A label is not a class.</exception>
    public abstract LossSum Evaluate(in ObjectiveRows rows, float scale, Span<float> gradient);
}
