using MathNet.Numerics.LinearAlgebra;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>
/// Least squares with a penalty on the weights, none on the intercept (Hoerl and Kennard 1970), from windows over one series to several outputs:
/// minimises Σ(y - b - Wx)²/n + λ|W|². The normal equations (C + λI) W = R, with C the covariance of the inputs and R that of inputs and outputs, are made
/// once and solved by Cholesky's decomposition for each λ.
/// </summary>
internal sealed class RidgeRegression
{
    private readonly Matrix<double> _covariance;
    private readonly Matrix<double> _crossCovariance;
    private readonly double[] _inputMeans;
    private readonly double[] _outputMeans;

    /// <param name="series">(rows, width), flat.</param>
    /// <param name="width">Values a row of the series.</param>
    /// <param name="features">Values F of a window, consecutive in <paramref name="series"/>.</param>
    /// <param name="blocks">Where windows start in <paramref name="series"/>: in each block one row after the other.</param>
    /// <param name="outputs">(n, outputs), flat: a row for each window.</param>
    public RidgeRegression(ReadOnlySpan<double> series, int width, int features, IReadOnlyList<(int Start, int Windows)> blocks, ReadOnlySpan<double> outputs)
    {
        int windows = blocks.Sum(block => block.Windows), outputCount = outputs.Length / windows, first = 0;
        double[,] products = new double[features, features], cross = new double[features, outputCount];
        _inputMeans = new double[features];
        _outputMeans = new double[outputCount];
        foreach ((int start, int count) in blocks)
        {
            ReadOnlySpan<double> block = series.Slice(start, ((count - 1) * width) + features);
            AddProducts(block, width, features, count, products);
            for (int n = 0; n < count; n++)
            {
                ReadOnlySpan<double> x = block.Slice(n * width, features);
                ReadOnlySpan<double> y = outputs.Slice((first + n) * outputCount, outputCount);
                for (int o = 0; o < outputCount; o++) _outputMeans[o] += y[o] / windows;
                for (int f = 0; f < features; f++)
                {
                    _inputMeans[f] += x[f] / windows;
                    for (int o = 0; o < outputCount; o++) cross[f, o] += x[f] * y[o];
                }
            }

            first += count;
        }

        _covariance = Matrix<double>.Build.Dense(
            features, features, (f, g) => (products[Math.Min(f, g), Math.Max(f, g)] / windows) - (_inputMeans[f] * _inputMeans[g]));
        _crossCovariance = Matrix<double>.Build.Dense(
            features, outputCount, (f, o) => (cross[f, o] / windows) - (_inputMeans[f] * _outputMeans[o]));
    }

    /// <summary>The model for a penalty; null where rounding leaves the equations without a solution.</summary>
    public LinearModel? Solve(double penalty)
    {
        Matrix<double> penalised = _covariance.Clone();
        for (int f = 0; f < penalised.RowCount; f++) penalised[f, f] += penalty;
        Matrix<double> weights;
        try
        {
            weights = penalised.Cholesky().Solve(_crossCovariance);
        }
        catch (ArgumentException) // MathNet's way to say that the matrix is not positive definite
        {
            return null;
        }

        double[] intercept = [.. _outputMeans];
        for (int o = 0; o < intercept.Length; o++)
            for (int f = 0; f < weights.RowCount; f++) intercept[o] -= weights[f, o] * _inputMeans[f];
        return new(weights.ToColumnMajorArray(), intercept, penalty);
    }

    /// <summary>
    /// Adds Σ x_f x_g over a block's windows, for f ≤ g. Windows that overlap by all but a row let the sum for (f + width, g + width) be that for (f, g)
    /// without the first window's product and with one behind the last: only the first row's worth is summed over all windows.
    /// </summary>
    private static void AddProducts(ReadOnlySpan<double> series, int width, int features, int windows, double[,] total)
    {
        double[,] products = new double[features, features];
        int behind = windows * width;
        for (int f = 0; f < features; f++)
        {
            for (int g = f; g < features; g++)
            {
                double sum = 0;
                if (f < width)
                {
                    for (int n = 0; n < behind; n += width) sum += series[n + f] * series[n + g];
                }
                else
                {
                    int i = f - width, j = g - width;
                    sum = products[i, j] - (series[i] * series[j]) + (series[behind + i] * series[behind + j]);
                }

                products[f, g] = sum;
                total[f, g] += sum;
            }
        }
    }
}
