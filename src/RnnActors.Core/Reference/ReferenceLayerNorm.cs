using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// Layer normalisation (Ba et al. 2016), each row by itself; the variance is divided by the number of features F:
/// <code>
/// x̂ = (x − mean(x)) / √(var(x) + ε)
/// y = x̂ ⊙ weight + bias
/// </code>
/// </summary>
public static class ReferenceLayerNorm
{
    /// <summary>The values of the forward pass that the backward pass needs.</summary>
    /// <param name="Normalised">x̂, (T, F).</param>
    /// <param name="Deviation">√(var + ε) of each row, (T).</param>
    /// <param name="Output">y, (T, F).</param>
    public sealed record Trace(double[,] Normalised, double[] Deviation, double[,] Output);

    /// <param name="x">(T, F).</param>
    /// <param name="weight">(F).</param>
    /// <param name="bias">(F).</param>
    public static Trace Forward(double[,] x, double[] weight, double[] bias, double epsilon = 1e-5)
    {
        int steps = x.GetLength(0), features = weight.Length;
        double[,] normalised = new double[steps, features], output = new double[steps, features];
        double[] deviation = new double[steps];
        for (int t = 0; t < steps; t++)
        {
            double mean = 0, variance = 0;
            for (int j = 0; j < features; j++) mean += x[t, j] / features;
            for (int j = 0; j < features; j++) variance += (x[t, j] - mean) * (x[t, j] - mean) / features;
            deviation[t] = Math.Sqrt(variance + epsilon);
            for (int j = 0; j < features; j++)
            {
                normalised[t, j] = (x[t, j] - mean) / deviation[t];
                output[t, j] = (normalised[t, j] * weight[j]) + bias[j];
            }
        }

        return new Trace(normalised, deviation, output);
    }

    /// <param name="dOutput">(T, F).</param>
    /// <returns>The gradients of the input, (T, F), the weight, (F), and the bias, (F).</returns>
    public static (double[,] Input, double[] Weight, double[] Bias) Backward(double[] weight, Trace trace, double[,] dOutput)
    {
        int steps = dOutput.GetLength(0), features = weight.Length;
        double[,] dInput = new double[steps, features];
        double[] dWeight = new double[features], dBias = new double[features];
        for (int t = 0; t < steps; t++)
        {
            double[] normalised = Row(trace.Normalised, t), dNormalised = new double[features];
            double mean = 0;
            for (int j = 0; j < features; j++)
            {
                dWeight[j] += dOutput[t, j] * normalised[j];
                dBias[j] += dOutput[t, j];
                dNormalised[j] = dOutput[t, j] * weight[j];
                mean += dNormalised[j] / features;
            }

            // Mean and deviation depend on every feature, so the components along 1 and along x̂ are subtracted.
            double along = Dot(dNormalised, normalised) / features;
            for (int j = 0; j < features; j++) dInput[t, j] = (dNormalised[j] - mean - (normalised[j] * along)) / trace.Deviation[t];
        }

        return (dInput, dWeight, dBias);
    }
}
