using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// A minimal LSTM (Feng et al. 2024, “Were RNNs All We Needed?”) over one sequence. The gates do not read the state, so there is no W_hh. The forget and the
/// input gate are scaled to sum to 1, and the state is the output. a(t) = W_ih·x(t) + b_ih has three parts f, i and n:
/// <code>
/// f = σ(a_f)   i = σ(a_i)   n = a_n
/// h(t) = f / (f + i) ⊙ h(t−1) + i / (f + i) ⊙ n
/// </code>
/// </summary>
public static class ReferenceMinLstm
{
    /// <summary>The values of the forward pass that the backward pass needs.</summary>
    /// <param name="X">The input, (T, I).</param>
    /// <param name="F">The forget gate, (T, H).</param>
    /// <param name="I">The input gate, (T, H).</param>
    /// <param name="N">The candidate, (T, H).</param>
    /// <param name="H">The hidden states, (T + 1, H): row 0 is the initial one, row t + 1 the output of step t, row T the final one.</param>
    public sealed record Trace(double[,] X, double[,] F, double[,] I, double[,] N, double[,] H);

    /// <param name="p">W_hh must have no rows.</param>
    /// <param name="x">(T, I).</param>
    /// <param name="h0">(H).</param>
    public static Trace Forward(RecurrentParameters p, double[,] x, double[] h0)
    {
        int steps = x.GetLength(0), units = p.Units;
        double[,] f = new double[steps, units], i = new double[steps, units], n = new double[steps, units], h = new double[steps + 1, units];
        SetRow(h, 0, h0);
        for (int t = 0; t < steps; t++)
        {
            double[] a = Affine(p.WeightIh, Row(x, t), p.BiasIh);
            for (int j = 0; j < units; j++)
            {
                f[t, j] = Sigmoid(a[j]);
                i[t, j] = Sigmoid(a[units + j]);
                n[t, j] = a[(2 * units) + j];
                h[t + 1, j] = ((f[t, j] * h[t, j]) + (i[t, j] * n[t, j])) / (f[t, j] + i[t, j]);
            }
        }

        return new Trace(x, f, i, n, h);
    }

    /// <param name="dOutput">The gradient of each step's output, (T, H).</param>
    /// <param name="dFinalHidden">The gradient of the final state, (H), in addition to that of the last output.</param>
    public static RecurrentGradients Backward(RecurrentParameters p, Trace trace, double[,] dOutput, double[] dFinalHidden)
    {
        (double[,] x, double[,] f, double[,] i, double[,] n, double[,] h) = trace;
        int steps = x.GetLength(0), units = p.Units;
        RecurrentParameters dp = p.Zeros();
        double[,] dx = new double[steps, p.Features];
        double[] dh = dFinalHidden;
        for (int t = steps - 1; t >= 0; t--)
        {
            double[] da = new double[3 * units], dhBefore = new double[units];
            for (int j = 0; j < units; j++)
            {
                double dhj = dh[j] + dOutput[t, j], sum = f[t, j] + i[t, j];
                // ∂h/∂f = (h(t−1) − h(t)) / (f + i), and ∂h/∂i = (n − h(t)) / (f + i).
                da[j] = dhj * (h[t, j] - h[t + 1, j]) / sum * f[t, j] * (1 - f[t, j]);
                da[units + j] = dhj * (n[t, j] - h[t + 1, j]) / sum * i[t, j] * (1 - i[t, j]);
                da[(2 * units) + j] = dhj * i[t, j] / sum;
                dhBefore[j] = dhj * f[t, j] / sum;
            }

            AddOuter(dp.WeightIh, da, Row(x, t));
            Add(dp.BiasIh, da);
            SetRow(dx, t, TransposedTimes(p.WeightIh, da));
            dh = dhBefore;
        }

        return new RecurrentGradients(dp, dx, dh);
    }
}
