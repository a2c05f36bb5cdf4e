using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Reference;

/// <summary>The few functions and products that all files of this folder use, each from its definition, in double.</summary>
public static class ReferenceMath
{
    public static double Exp(double x) => PortableMath.Exp(x);

    public static double Log(double x) => PortableMath.Log(x);

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Exp(-x));

    /// <summary>tanh x = 2·σ(2x) − 1.</summary>
    public static double Tanh(double x) => (2 * Sigmoid(2 * x)) - 1;

    /// <summary>log Σ eˣ. The largest value is subtracted first, so that no exponential overflows.</summary>
    public static double LogSumExp(params ReadOnlySpan<double> values)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double value in values) largest = Math.Max(largest, value);
        if (double.IsInfinity(largest)) return largest;
        foreach (double value in values) sum += Exp(value - largest);
        return largest + Log(sum);
    }

    /// <summary>A·x + b, for A (M, N), x (N) and b (M).</summary>
    public static double[] Affine(double[,] matrix, double[] vector, double[] bias)
    {
        double[] result = new double[bias.Length];
        for (int i = 0; i < bias.Length; i++)
        {
            result[i] = bias[i];
            for (int j = 0; j < vector.Length; j++) result[i] += matrix[i, j] * vector[j];
        }

        return result;
    }

    /// <summary>Aᵀ·y, for A (M, N) and y (M): the gradient of x where y is that of A·x.</summary>
    public static double[] TransposedTimes(double[,] matrix, double[] vector)
    {
        double[] result = new double[matrix.GetLength(1)];
        for (int i = 0; i < vector.Length; i++)
            for (int j = 0; j < result.Length; j++) result[j] += matrix[i, j] * vector[i];
        return result;
    }

    /// <summary>A += y·xᵀ, for A (M, N), y (M) and x (N): the gradient of A where y is that of A·x.</summary>
    public static void AddOuter(double[,] matrix, double[] y, double[] x)
    {
        for (int i = 0; i < y.Length; i++)
            for (int j = 0; j < x.Length; j++) matrix[i, j] += y[i] * x[j];
    }

    /// <summary>sum += vector.</summary>
    public static void Add(double[] sum, double[] vector)
    {
        for (int i = 0; i < sum.Length; i++) sum[i] += vector[i];
    }

    /// <summary>x·y.</summary>
    public static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>A copy of row <paramref name="i"/>.</summary>
    public static double[] Row(double[,] matrix, int i)
    {
        double[] row = new double[matrix.GetLength(1)];
        for (int j = 0; j < row.Length; j++) row[j] = matrix[i, j];
        return row;
    }

    public static void SetRow(double[,] matrix, int i, double[] row)
    {
        for (int j = 0; j < row.Length; j++) matrix[i, j] = row[j];
    }
}
