using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>The activation of a simple recurrent network, by PyTorch's name.</summary>
public enum Nonlinearity
{
    Tanh,
    Relu,
}

/// <summary>
/// A simple recurrent network (Elman 1990) over one sequence:
/// <code>
/// a(t) = W_ih·x(t) + b_ih + W_hh·h(t−1) + b_hh
/// h(t) = tanh(a(t))  or  max(a(t), 0)
/// </code>
/// </summary>
public static class ReferenceSimpleRnn
{
    /// <summary>The values of the forward pass that the backward pass needs.</summary>
    /// <param name="X">The input, (T, I).</param>
    /// <param name="A">a, the nonlinearity's argument, (T, H).</param>
    /// <param name="H">The hidden states, (T + 1, H): row 0 is the initial one, row t + 1 the output of step t, row T the final one.</param>
    public sealed record Trace(double[,] X, double[,] A, double[,] H);

    /// <param name="x">(T, I).</param>
    /// <param name="h0">(H).</param>
    public static Trace Forward(RecurrentParameters p, Nonlinearity nonlinearity, double[,] x, double[] h0)
    {
        int steps = x.GetLength(0), units = p.Units;
        double[,] a = new double[steps, units], h = new double[steps + 1, units];
        SetRow(h, 0, h0);
        for (int t = 0; t < steps; t++)
        {
            double[] fromInput = Affine(p.WeightIh, Row(x, t), p.BiasIh);
            double[] fromHidden = Affine(p.WeightHh, Row(h, t), p.BiasHh);
            for (int j = 0; j < units; j++)
            {
                a[t, j] = fromInput[j] + fromHidden[j];
                h[t + 1, j] = nonlinearity == Nonlinearity.Tanh ? Tanh(a[t, j]) : Math.Max(a[t, j], 0);
            }
        }

        return new Trace(x, a, h);
    }

    /// <param name="dOutput">The gradient of each step's output, (T, H).</param>
    /// <param name="dFinalHidden">The gradient of the final state, (H), in addition to that of the last output.</param>
    public static RecurrentGradients Backward(RecurrentParameters p, Nonlinearity nonlinearity, Trace trace, double[,] dOutput, double[] dFinalHidden)
    {
        (double[,] x, double[,] a, double[,] h) = trace;
        int steps = x.GetLength(0), units = p.Units;
        RecurrentParameters dp = p.Zeros();
        double[,] dx = new double[steps, p.Features];
        double[] dh = dFinalHidden;
        for (int t = steps - 1; t >= 0; t--)
        {
            double[] da = new double[units];
            for (int j = 0; j < units; j++)
            {
                double slope = nonlinearity == Nonlinearity.Tanh ? 1 - (h[t + 1, j] * h[t + 1, j]) : a[t, j] > 0 ? 1 : 0;
                da[j] = (dh[j] + dOutput[t, j]) * slope;
            }

            AddOuter(dp.WeightIh, da, Row(x, t));
            AddOuter(dp.WeightHh, da, Row(h, t));
            Add(dp.BiasIh, da);
            Add(dp.BiasHh, da);
            SetRow(dx, t, TransposedTimes(p.WeightIh, da));
            dh = TransposedTimes(p.WeightHh, da);
        }

        return new RecurrentGradients(dp, dx, dh);
    }
}
