using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// A minimal gated recurrent unit (Feng et al. 2024, “Were RNNs All We Needed?”) over one sequence: the gates do not read the state, so there is no W_hh.
/// a(t) = W_ih·x(t) + b_ih has two parts z and n:
/// <code>
/// z = σ(a_z)   n = a_n
/// h(t) = (1 − z) ⊙ h(t−1) + z ⊙ n
/// </code>
/// </summary>
public static class ReferenceMinGru
{
    /// <summary>The values of the forward pass that the backward pass needs.</summary>
    /// <param name="X">The input, (T, I).</param>
    /// <param name="Z">The update gate, (T, H).</param>
    /// <param name="N">The candidate, (T, H).</param>
    /// <param name="H">The hidden states, (T + 1, H): row 0 is the initial one, row t + 1 the output of step t, row T the final one.</param>
    public sealed record Trace(double[,] X, double[,] Z, double[,] N, double[,] H);

    /// <param name="p">W_hh must have no rows.</param>
    /// <param name="x">(T, I).</param>
    /// <param name="h0">(H).</param>
    public static Trace Forward(RecurrentParameters p, double[,] x, double[] h0)
    {
        int steps = x.GetLength(0), units = p.Units;
        double[,] z = new double[steps, units], n = new double[steps, units], h = new double[steps + 1, units];
        SetRow(h, 0, h0);
        for (int t = 0; t < steps; t++)
        {
            double[] a = Affine(p.WeightIh, Row(x, t), p.BiasIh);
            for (int j = 0; j < units; j++)
            {
                z[t, j] = Sigmoid(a[j]);
                n[t, j] = a[units + j];
                h[t + 1, j] = ((1 - z[t, j]) * h[t, j]) + (z[t, j] * n[t, j]);
            }
        }

        return new Trace(x, z, n, h);
    }

    /// <param name="dOutput">The gradient of each step's output, (T, H).</param>
    /// <param name="dFinalHidden">The gradient of the final state, (H), in addition to that of the last output.</param>
    public static RecurrentGradients Backward(RecurrentParameters p, Trace trace, double[,] dOutput, double[] dFinalHidden)
    {
        (double[,] x, double[,] z, double[,] n, double[,] h) = trace;
        int steps = x.GetLength(0), units = p.Units;
        RecurrentParameters dp = p.Zeros();
        double[,] dx = new double[steps, p.Features];
        double[] dh = dFinalHidden;
        for (int t = steps - 1; t >= 0; t--)
        {
            double[] da = new double[2 * units], dhBefore = new double[units];
            for (int j = 0; j < units; j++)
            {
                double dhj = dh[j] + dOutput[t, j];
                da[j] = dhj * (n[t, j] - h[t, j]) * z[t, j] * (1 - z[t, j]);
                da[units + j] = dhj * z[t, j];
                dhBefore[j] = dhj * (1 - z[t, j]);
            }

            AddOuter(dp.WeightIh, da, Row(x, t));
            Add(dp.BiasIh, da);
            SetRow(dx, t, TransposedTimes(p.WeightIh, da));
            dh = dhBefore;
        }

        return new RecurrentGradients(dp, dx, dh);
    }
}
