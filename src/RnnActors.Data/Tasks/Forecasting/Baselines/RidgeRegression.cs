using MathNet.Numerics.LinearAlgebra;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>
/// Ridge regression (Hoerl and Kennard 1970) from windows over one series to several outputs, without a penalty on the intercept. It minimises Σ(y - b - Wx)²/n
/// + λ|W|². The normal equations are (C + λI) W = R, with C the covariance of the inputs and R that of inputs and outputs. They are built once, and solved by
/// Cholesky decomposition for each λ.
/// </summary>
internal sealed class RidgeRegression
{
    /// <summary>How many values of the series are in memory at once.</summary>
    private const int ValuesAtOnce = 1 << 17;

    private readonly Matrix<double> _covariance;
    private readonly Matrix<double> _crossCovariance;
    private readonly double[] _inputMeans;
    private readonly double[] _outputMeans;

    /// <param name="read">Reads values of the flat series (rows, width), from an index on.</param>
    /// <param name="width">Values in each row of the series.</param>
    /// <param name="features">Values F of a window, consecutive in the series.</param>
    /// <param name="blocks">Where windows start in the series: within a block, one at each row.</param>
    /// <param name="outputs">Outputs of a window.</param>
    /// <param name="readOutputs">Reads a window's outputs, by its number over all blocks.</param>
    public RidgeRegression(
        Read read, int width, int features, IReadOnlyList<(int Start, int Windows)> blocks, int outputs, Read readOutputs)
    {
        int windows = blocks.Sum(block => block.Windows), first = 0, atOnce = Math.Max(1, ValuesAtOnce / width);
        double[,] products = new double[features, features], cross = new double[features, outputs];
        double[] some = new double[((atOnce - 1) * width) + features], own = new double[outputs];
        _inputMeans = new double[features];
        _outputMeans = new double[outputs];
        foreach ((int start, int count) in blocks)
        {
            double[,] ofBlock = new double[features, features];
            for (int done = 0; done < count; done += atOnce)
            {
                int now = Math.Min(atOnce, count - done);
                Span<double> values = some.AsSpan(0, ((now - 1) * width) + features);
                read(start + (done * width), values);
                AddProductsOfFirstRow(values, width, features, now, ofBlock);
                for (int n = 0; n < now; n++)
                {
                    ReadOnlySpan<double> x = values.Slice(n * width, features);
                    readOutputs(first + done + n, own);
                    for (int o = 0; o < outputs; o++) _outputMeans[o] += own[o] / windows;
                    for (int f = 0; f < features; f++)
                    {
                        _inputMeans[f] += x[f] / windows;
                        for (int o = 0; o < outputs; o++) cross[f, o] += x[f] * own[o];
                    }
                }
            }

            double[] head = new double[features], tail = new double[features - width];
            read(start, head);
            if (tail.Length > 0) read(start + (count * width), tail);
            AddProducts(head, tail, width, features, ofBlock, products);
            first += count;
        }

        _covariance = Matrix<double>.Build.Dense(
            features, features, (f, g) => (products[Math.Min(f, g), Math.Max(f, g)] / windows) - (_inputMeans[f] * _inputMeans[g]));
        _crossCovariance = Matrix<double>.Build.Dense(
            features, outputs, (f, o) => (cross[f, o] / windows) - (_inputMeans[f] * _outputMeans[o]));
    }

    /// <param name="from">The index of the first value, or the number of the window.</param>
    /// <param name="into">The values are written here.</param>
    public delegate void Read(int from, Span<double> into);

    /// <summary>The model for a penalty; null if rounding makes the equations unsolvable.</summary>
    public LinearModel? Solve(double penalty)
    {
        Matrix<double> penalised = _covariance.Clone();
        for (int f = 0; f < penalised.RowCount; f++) penalised[f, f] += penalty;
        Matrix<double> weights;
        try
        {
            weights = penalised.Cholesky().Solve(_crossCovariance);
        }
        catch (ArgumentException) // MathNet's exception for a matrix that is not positive definite
        {
            return null;
        }

        double[] intercept = [.. _outputMeans];
        for (int o = 0; o < intercept.Length; o++)
            for (int f = 0; f < weights.RowCount; f++) intercept[o] -= weights[f, o] * _inputMeans[f];
        return new(weights.ToColumnMajorArray(), intercept, penalty);
    }

    /// <summary>Adds x_f x_g of some windows, for f of the first row and f ≤ g.</summary>
    private static void AddProductsOfFirstRow(ReadOnlySpan<double> series, int width, int features, int windows, double[,] products)
    {
        int behind = windows * width;
        for (int f = 0; f < width; f++)
        {
            for (int g = f; g < features; g++)
            {
                double sum = products[f, g];
                for (int n = 0; n < behind; n += width) sum += series[n + f] * series[n + g];
                products[f, g] = sum;
            }
        }
    }

    /// <summary>
    /// Adds Σ x_f·x_g over the windows of a block, for f ≤ g, where x_f is feature f of a window. Each window is the previous one shifted by a row of
    /// <paramref name="width"/> features. So the sum for (f + width, g + width) is that for (f, g), minus the first window's product, plus that of the window
    /// after the last. Only sums with f in a window's first row need all windows.
    /// </summary>
    /// <param name="head">The block's first window.</param>
    /// <param name="tail">The values after the first row of its last window.</param>
    /// <param name="products">The block's sums, (features, features). Those with f in the first row are given, the others are computed.</param>
    private static void AddProducts(double[] head, double[] tail, int width, int features, double[,] products, double[,] total)
    {
        for (int f = 0; f < features; f++)
        {
            for (int g = f; g < features; g++)
            {
                if (f >= width)
                {
                    int i = f - width, j = g - width;
                    products[f, g] = products[i, j] - (head[i] * head[j]) + (tail[i] * tail[j]);
                }

                total[f, g] += products[f, g];
            }
        }
    }
}
