using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// A gated recurrent unit (Cho et al. 2014) over one sequence, in the form of PyTorch and cuDNN: the reset gate acts after the product, and there are two
/// biases. a(t) = W_ih·x(t) + b_ih and u(t) = W_hh·h(t−1) + b_hh each have three parts r, z and n:
/// <code>
/// r = σ(a_r + u_r)   z = σ(a_z + u_z)   n = tanh(a_n + r ⊙ u_n)
/// h(t) = (1 − z) ⊙ n + z ⊙ h(t−1)
/// </code>
/// </summary>
public static class ReferenceGru
{
    /// <summary>The values of the forward pass that the backward pass needs.</summary>
    /// <param name="X">The input, (T, I).</param>
    /// <param name="R">The reset gate, (T, H).</param>
    /// <param name="Z">The update gate, (T, H).</param>
    /// <param name="N">The new gate, or candidate, (T, H).</param>
    /// <param name="U">u_n, which the reset gate multiplies, (T, H).</param>
    /// <param name="H">The hidden states, (T + 1, H): row 0 is the initial one, row t + 1 the output of step t, row T the final one.</param>
    public sealed record Trace(double[,] X, double[,] R, double[,] Z, double[,] N, double[,] U, double[,] H);

    /// <param name="x">(T, I).</param>
    /// <param name="h0">(H).</param>
    public static Trace Forward(RecurrentParameters p, double[,] x, double[] h0)
    {
        int steps = x.GetLength(0), units = p.Units;
        double[,] r = new double[steps, units], z = new double[steps, units], n = new double[steps, units], un = new double[steps, units];
        double[,] h = new double[steps + 1, units];
        SetRow(h, 0, h0);
        for (int t = 0; t < steps; t++)
        {
            double[] a = Affine(p.WeightIh, Row(x, t), p.BiasIh);
            double[] u = Affine(p.WeightHh, Row(h, t), p.BiasHh);
            for (int j = 0; j < units; j++)
            {
                r[t, j] = Sigmoid(a[j] + u[j]);
                z[t, j] = Sigmoid(a[units + j] + u[units + j]);
                un[t, j] = u[(2 * units) + j];
                n[t, j] = Tanh(a[(2 * units) + j] + (r[t, j] * un[t, j]));
                h[t + 1, j] = ((1 - z[t, j]) * n[t, j]) + (z[t, j] * h[t, j]);
            }
        }

        return new Trace(x, r, z, n, un, h);
    }

    /// <param name="dOutput">The gradient of each step's output, (T, H).</param>
    /// <param name="dFinalHidden">The gradient of the final state, (H), in addition to that of the last output.</param>
    public static RecurrentGradients Backward(RecurrentParameters p, Trace trace, double[,] dOutput, double[] dFinalHidden)
    {
        (double[,] x, double[,] r, double[,] z, double[,] n, double[,] un, double[,] h) = trace;
        int steps = x.GetLength(0), units = p.Units;
        RecurrentParameters dp = p.Zeros();
        double[,] dx = new double[steps, p.Features];
        double[] dh = dFinalHidden;
        for (int t = steps - 1; t >= 0; t--)
        {
            double[] da = new double[3 * units], du = new double[3 * units], dhBefore = new double[units];
            for (int j = 0; j < units; j++)
            {
                double dhj = dh[j] + dOutput[t, j];
                double dan = dhj * (1 - z[t, j]) * (1 - (n[t, j] * n[t, j]));
                da[j] = dan * un[t, j] * r[t, j] * (1 - r[t, j]);
                da[units + j] = dhj * (h[t, j] - n[t, j]) * z[t, j] * (1 - z[t, j]);
                da[(2 * units) + j] = dan;
                du[j] = da[j];
                du[units + j] = da[units + j];
                du[(2 * units) + j] = dan * r[t, j];
                dhBefore[j] = dhj * z[t, j];
            }

            AddOuter(dp.WeightIh, da, Row(x, t));
            AddOuter(dp.WeightHh, du, Row(h, t));
            Add(dp.BiasIh, da);
            Add(dp.BiasHh, du);
            SetRow(dx, t, TransposedTimes(p.WeightIh, da));
            Add(dhBefore, TransposedTimes(p.WeightHh, du));
            dh = dhBefore;
        }

        return new RecurrentGradients(dp, dx, dh);
    }
}
