namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>y = b + Wx.</summary>
/// <param name="weights">(outputs, features).</param>
/// <param name="intercept">(outputs).</param>
/// <param name="penalty">The penalty λ that it was fitted with.</param>
internal sealed class LinearModel(double[] weights, double[] intercept, double penalty)
{
    public double Penalty => penalty;

    public void Predict(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int o = 0; o < y.Length; o++)
        {
            ReadOnlySpan<double> w = weights.AsSpan(o * x.Length, x.Length);
            double even = intercept[o], odd = 0; // two sums, since each addition waits for the previous one
            for (int f = 0; f + 1 < x.Length; f += 2)
            {
                even += w[f] * x[f];
                odd += w[f + 1] * x[f + 1];
            }

            if (x.Length % 2 == 1) even += w[^1] * x[^1];
            y[o] = even + odd;
        }
    }
}
