using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Objectives;

/// <summary>
/// -(w·t·log σ(y) + (1 - t)·log(1 - σ(y))) of each logit y and its target t in [0, 1]: several labels per step, each true or not. PyTorch's
/// <c>BCEWithLogitsLoss</c>.
/// </summary>
public sealed record BinaryCrossEntropy : StepObjective
{
    /// <summary>w of each output, PyTorch's <c>pos_weight</c>: the weight of a true target, where a false one weighs 1; null for 1.</summary>
    public ClassWeights? PositiveWeights { get; init; }

    public override string Name => "binaryCrossEntropy";

    public override bool NeedsLabels => false;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">There are not as many weights as outputs.</exception>
    public override LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient)
    {
        if (targets.Length != outputs.Length)
            throw new ArgumentException($"There are {outputs.Length} outputs, but {targets.Length} targets.", nameof(targets));
        CheckGradient(outputs, gradient);
        if (PositiveWeights is not null && PositiveWeights.Count != width)
            throw new InvalidInputException($"there are {PositiveWeights.Count} positive weights, but {width} outputs", "Give a weight for each output");
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double z = outputs[i], target = targets[i], weight = PositiveWeights is null ? 1 : PositiveWeights[i % width];

            // log(1 + e^-|z|) gives both logarithms without overflow.
            double small = PortableMath.Exp(-Math.Abs(z)), log = PortableMath.Log(1 + small);
            double minusLogTrue = Math.Max(-z, 0) + log, minusLogFalse = Math.Max(z, 0) + log;
            sum += (weight * target * minusLogTrue) + ((1 - target) * minusLogFalse);
            if (gradient.IsEmpty) continue;
            double sigmoid = z >= 0 ? 1 / (1 + small) : small / (1 + small);
            gradient[i] = (float)((((1 - target) * sigmoid) - (weight * target * (1 - sigmoid))) * scale);
        }

        return new LossSum(sum, outputs.Length, 0);
    }
}
