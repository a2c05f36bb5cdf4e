using RnnActors.Core.Reference;

namespace RnnActors.Core.Tests.Reference;

/// <summary>The linear head of the reference cases, z = W·y + b, with its losses; gradients are added up until they are read.</summary>
/// <param name="weight">(O, Y).</param>
/// <param name="bias">(O).</param>
internal sealed class ReferenceHead(double[,] weight, double[] bias)
{
    private readonly double[,] _dWeight = new double[weight.GetLength(0), weight.GetLength(1)];
    private readonly double[] _dBias = new double[bias.Length];

    public double[] WeightGradient => Arrays.Flat(_dWeight);

    public double[] BiasGradient => _dBias;

    public double[] Logits(double[] feed) => ReferenceMath.Affine(weight, feed, bias);

    /// <summary>From the logits' gradient, that of what the head was fed.</summary>
    public double[] Backward(double[] feed, double[] dLogits)
    {
        ReferenceMath.AddOuter(_dWeight, dLogits, feed);
        ReferenceMath.Add(_dBias, dLogits);
        return ReferenceMath.TransposedTimes(weight, dLogits);
    }

    /// <summary>Σ (z − target)² · scale.</summary>
    public static (double Loss, double[] Gradient) SquaredError(double[] logits, double[] target, double scale)
    {
        double[] difference = [.. logits.Zip(target, (z, y) => z - y)];
        return (ReferenceMath.Dot(difference, difference) * scale, [.. difference.Select(d => 2 * d * scale)]);
    }

    /// <summary>−log softmax(z)[label] · scale.</summary>
    public static (double Loss, double[] Gradient) CrossEntropy(double[] logits, int label, double scale)
    {
        double logSum = ReferenceMath.LogSumExp(logits);
        return ((logSum - logits[label]) * scale, [.. logits.Select((z, k) => (ReferenceMath.Exp(z - logSum) - (k == label ? 1 : 0)) * scale)]);
    }
}
