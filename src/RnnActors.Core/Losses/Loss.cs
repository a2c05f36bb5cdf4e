namespace RnnActors.Core.Losses;

/// <summary>What training makes small. Always the mean: over all elements of values, over all counted positions of labels.</summary>
public abstract record Loss
{
    /// <summary>The name in specifications: <c>mse</c>, <c>mae</c>, <c>huber</c>, <c>crossEntropy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True where the targets are class labels, false where they are values.</summary>
    public abstract bool NeedsLabels { get; }

    /// <summary>The loss of some rows, and its gradient with respect to the outputs.</summary>
    /// <param name="outputs">(n, width), before any softmax.</param>
    /// <param name="targets">(n, width) values; empty where the loss needs labels.</param>
    /// <param name="labels">(n) class labels; empty where it needs values.</param>
    /// <param name="width">Outputs a row.</param>
    /// <param name="scale">The gradient is that of the sum times this: 1 / (counted elements or positions of the whole batch).</param>
    /// <param name="gradient">(n, width), overwritten; may be the memory of <paramref name="outputs"/>; empty where no gradient is wanted.</param>
    public abstract LossSum Evaluate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient);

    /// <summary>Elements or positions of a batch that count towards the mean.</summary>
    public abstract long CountOf(ReadOnlySpan<float> targets, ReadOnlySpan<int> labels);

    /// <summary>Refuses a gradient of another size than the outputs.</summary>
    private protected static void CheckGradient(ReadOnlySpan<float> outputs, ReadOnlySpan<float> gradient)
    {
        if (!gradient.IsEmpty && gradient.Length != outputs.Length)
            throw new ArgumentException($"The gradient has {gradient.Length} elements, the outputs have {outputs.Length}.", nameof(gradient));
    }
}
