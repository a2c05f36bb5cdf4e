namespace RnnActors.Data.Baselines;

/// <summary>y = b + Wx.</summary>
/// <param name="weights">(outputs, features).</param>
/// <param name="intercept">(outputs).</param>
/// <param name="penalty">The λ that it was fitted with.</param>
internal sealed class LinearModel(double[] weights, double[] intercept, double penalty)
{
    public double Penalty => penalty;

    public void Predict(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int o = 0; o < y.Length; o++)
        {
            ReadOnlySpan<double> w = weights.AsSpan(o * x.Length, x.Length);
            double sum = intercept[o];
            for (int f = 0; f < x.Length; f++) sum += w[f] * x[f];
            y[o] = sum;
        }
    }
}
