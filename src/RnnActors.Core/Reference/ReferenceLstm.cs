using static RnnActors.Core.Reference.ReferenceMath;

namespace RnnActors.Core.Reference;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, Gers et al. 2000) over one sequence. With a(t) = W_ih·x(t) + b_ih + W_hh·h(t−1) + b_hh, whose
/// quarters are a_i, a_f, a_g and a_o:
/// <code>
/// i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)
/// c(t) = f ⊙ c(t−1) + i ⊙ g
/// h(t) = o ⊙ tanh(c(t))
/// </code>
/// </summary>
public static class ReferenceLstm
{
    /// <summary>The values of the forward pass that the backward pass needs.</summary>
    /// <param name="X">The input, (T, I).</param>
    /// <param name="I">The input gate, (T, H).</param>
    /// <param name="F">The forget gate, (T, H).</param>
    /// <param name="G">The cell's candidate, (T, H).</param>
    /// <param name="O">The output gate, (T, H).</param>
    /// <param name="C">The cell states, (T + 1, H): row 0 is the initial one, row T the final one.</param>
    /// <param name="H">The hidden states, (T + 1, H): row 0 is the initial one, row t + 1 the output of step t, row T the final one.</param>
    public sealed record Trace(double[,] X, double[,] I, double[,] F, double[,] G, double[,] O, double[,] C, double[,] H);

    /// <param name="x">(T, I).</param>
    /// <param name="h0">(H).</param>
    /// <param name="c0">(H).</param>
    public static Trace Forward(RecurrentParameters p, double[,] x, double[] h0, double[] c0)
    {
        int steps = x.GetLength(0), units = p.Units;
        double[,] i = new double[steps, units], f = new double[steps, units], g = new double[steps, units], o = new double[steps, units];
        double[,] c = new double[steps + 1, units], h = new double[steps + 1, units];
        SetRow(c, 0, c0);
        SetRow(h, 0, h0);
        for (int t = 0; t < steps; t++)
        {
            double[] a = Affine(p.WeightIh, Row(x, t), p.BiasIh);
            Add(a, Affine(p.WeightHh, Row(h, t), p.BiasHh));
            for (int j = 0; j < units; j++)
            {
                i[t, j] = Sigmoid(a[j]);
                f[t, j] = Sigmoid(a[units + j]);
                g[t, j] = Tanh(a[(2 * units) + j]);
                o[t, j] = Sigmoid(a[(3 * units) + j]);
                c[t + 1, j] = (f[t, j] * c[t, j]) + (i[t, j] * g[t, j]);
                h[t + 1, j] = o[t, j] * Tanh(c[t + 1, j]);
            }
        }

        return new Trace(x, i, f, g, o, c, h);
    }

    /// <param name="dOutput">The gradient of each step's output, (T, H).</param>
    /// <param name="dFinalHidden">The gradient of the final hidden state, (H), in addition to that of the last output.</param>
    /// <param name="dFinalCell">The gradient of the final cell state, (H).</param>
    /// <returns>The gradients, and that of the initial cell state, (H).</returns>
    public static (RecurrentGradients Gradients, double[] InitialCell) Backward(
        RecurrentParameters p, Trace trace, double[,] dOutput, double[] dFinalHidden, double[] dFinalCell)
    {
        (double[,] x, double[,] i, double[,] f, double[,] g, double[,] o, double[,] c, double[,] h) = trace;
        int steps = x.GetLength(0), units = p.Units;
        RecurrentParameters dp = p.Zeros();
        double[,] dx = new double[steps, p.Features];
        double[] dh = dFinalHidden, dc = dFinalCell;
        for (int t = steps - 1; t >= 0; t--)
        {
            double[] da = new double[4 * units], dcBefore = new double[units];
            for (int j = 0; j < units; j++)
            {
                double tanhC = Tanh(c[t + 1, j]);
                double dhj = dh[j] + dOutput[t, j];
                double dcj = dc[j] + (dhj * o[t, j] * (1 - (tanhC * tanhC)));
                da[j] = dcj * g[t, j] * i[t, j] * (1 - i[t, j]);
                da[units + j] = dcj * c[t, j] * f[t, j] * (1 - f[t, j]);
                da[(2 * units) + j] = dcj * i[t, j] * (1 - (g[t, j] * g[t, j]));
                da[(3 * units) + j] = dhj * tanhC * o[t, j] * (1 - o[t, j]);
                dcBefore[j] = dcj * f[t, j];
            }

            AddOuter(dp.WeightIh, da, Row(x, t));
            AddOuter(dp.WeightHh, da, Row(h, t));
            Add(dp.BiasIh, da);
            Add(dp.BiasHh, da);
            SetRow(dx, t, TransposedTimes(p.WeightIh, da));
            dh = TransposedTimes(p.WeightHh, da);
            dc = dcBefore;
        }

        return (new RecurrentGradients(dp, dx, dh), dc);
    }
}
