using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Losses;

/// <summary>-log softmax(y)[label], in nats.</summary>
/// <param name="IgnoredLabel">Positions with this label count neither in the loss nor in the mean; null where every position counts.</param>
public sealed record SoftmaxCrossEntropy(int? IgnoredLabel = null) : Loss
{
    public override string Name => "crossEntropy";

    public override bool NeedsLabels => true;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A label is neither in [0, width) nor the ignored one.</exception>
    public override LossSum Evaluate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if ((long)labels.Length * width != outputs.Length)
            throw new ArgumentException($"There are {outputs.Length} outputs, but {labels.Length} labels for rows of {width}.", nameof(labels));
        CheckGradient(outputs, gradient);
        for (int row = 0; row < labels.Length; row++)
        {
            int label = labels[row];
            if ((uint)label >= (uint)width && label != IgnoredLabel)
                throw new InvalidInputException(
                    $"label {label} of row {row} is not one of the {width} classes, which are numbered from 0",
                    "Check the targets, or give the model as many outputs as there are classes");
        }

        (double sum, long correct) = CrossEntropy.Evaluate(outputs, labels, width, IgnoredLabel, scale, gradient);
        return new LossSum(sum, CountOf(targets, labels), correct);
    }

    public override long CountOf(ReadOnlySpan<float> targets, ReadOnlySpan<int> labels) =>
        IgnoredLabel is int ignored ? labels.Length - MemoryExtensions.Count(labels, ignored) : labels.Length;
}
