using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Objectives;

/// <summary>
/// -log softmax(y)[label], in nats. With class weights w and label smoothing ε it is (1 - ε)·w[label]·(-log p[label]) + ε/V·Σ w[c]·(-log p[c]), and the mean is
/// divided by Σ w[label]. The formulas of PyTorch's <c>CrossEntropyLoss</c>.
/// </summary>
/// <param name="IgnoredLabel">Positions with this label count neither in the loss nor in the mean; null where every position counts.</param>
public sealed record SoftmaxCrossEntropy(int? IgnoredLabel = null) : StepObjective
{
    /// <summary>A weight for each class, PyTorch's <c>weight</c>; null where all weigh 1.</summary>
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>ε: the share of a label's probability that is spread over all classes. Szegedy et al. 2016.</summary>
    public double LabelSmoothing { get; init; }

    public override string Name => "crossEntropy";

    public override bool NeedsLabels => true;

    public override bool CountsByLabel => IgnoredLabel is not null || ClassWeights is not null;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A label is neither in [0, width) nor the ignored one, or the number of class weights is not that of
    /// classes.</exception>
    public override LossSum EvaluateStep(
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

        if (ClassWeights is not null || LabelSmoothing > 0) return EvaluateWeighted(outputs, labels, width, scale, gradient);
        (double sum, long correct) = CrossEntropy.Evaluate(outputs, labels, width, IgnoredLabel, scale, gradient);
        return new LossSum(sum, CountedIn(labels), correct);
    }

    public override double CountOf(ReadOnlySpan<int> labels)
    {
        if (ClassWeights is null) return CountedIn(labels);
        double sum = 0;
        foreach (int label in labels)
            if (label != IgnoredLabel && (uint)label < (uint)ClassWeights.Count) sum += ClassWeights[label];
        return sum;
    }

    private long CountedIn(ReadOnlySpan<int> labels) => IgnoredLabel is int ignored ? labels.Length - MemoryExtensions.Count(labels, ignored) : labels.Length;

    /// <summary>With class weights or smoothing, row by row.</summary>
    private LossSum EvaluateWeighted(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient)
    {
        if (ClassWeights is not null && ClassWeights.Count != width)
            throw new InvalidInputException($"there are {ClassWeights.Count} class weights, but {width} classes",
                "Give a weight for each class, in the order of their numbers");
        double sum = 0, weights = 0;
        long counted = 0, correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> z = outputs.Slice(row * width, width);
            Span<float> g = gradient.IsEmpty ? gradient : gradient.Slice(row * width, width);
            int label = labels[row];
            if (label == IgnoredLabel)
            {
                g.Clear();
                continue;
            }

            double logSum = Softmax.LogSumExp(z), smoothed = 0, spread = LabelSmoothing / width, weight = WeightOf(label), all = 0;
            if (spread > 0)
            {
                for (int c = 0; c < width; c++)
                {
                    all += WeightOf(c);
                    smoothed += WeightOf(c) * (logSum - z[c]);
                }
            }

            double own = (1 - LabelSmoothing) * weight;
            sum += (own * (logSum - z[label])) + (spread * smoothed);
            weights += weight;
            counted++;
            if (IsLargest(z, label)) correct++;
            if (g.IsEmpty) continue;
            Softmax.Apply(z, g);
            for (int c = 0; c < width; c++)
            {
                double slope = ((own + (spread * all)) * g[c]) - (spread * WeightOf(c)) - (c == label ? own : 0);
                g[c] = (float)(slope * scale);
            }
        }

        return new LossSum(sum, counted, correct, ClassWeights is null ? null : weights);
    }

    private double WeightOf(int label) => ClassWeights is null ? 1 : ClassWeights[label];

    /// <summary>Whether the label has the largest output. Ties go to the lower class.</summary>
    private static bool IsLargest(ReadOnlySpan<float> outputs, int label)
    {
        for (int c = 0; c < outputs.Length; c++)
            if (outputs[c] > outputs[label] || (outputs[c] == outputs[label] && c < label)) return false;
        return true;
    }
}
