using RnnActors.Core.Tests.Kernels;

namespace RnnActors.Core.Tests.Reference;

/// <summary>Between the flat, time-first tensors of batches and the (T, F) arrays of one sequence.</summary>
internal static class Arrays
{
    /// <summary>Values in [-scale, scale), a fixed function of the seed.</summary>
    public static double[] Random(int length, uint seed, double scale = 1) => [.. Pseudorandom.Floats(length, seed).Select(value => value * scale)];

    /// <inheritdoc cref="Random(int, uint, double)"/>
    public static double[,] Random(int rows, int columns, uint seed, double scale = 1) => Matrix(Random(rows * columns, seed, scale), columns);

    public static double[] Double(float[] values) => [.. values.Select(value => (double)value)];

    /// <param name="flat">Row-major (·, columns).</param>
    public static double[,] Matrix(double[] flat, int columns)
    {
        double[,] matrix = new double[flat.Length / columns, columns];
        for (int i = 0; i < flat.Length; i++) matrix[i / columns, i % columns] = flat[i];
        return matrix;
    }

    public static double[] Flat(double[,] matrix) => [.. matrix.Cast<double>()];

    /// <summary>The first <paramref name="length"/> steps of one row of a batch (T, B, F).</summary>
    public static double[,] Sequence(double[] batch, int rows, int features, int row, int length)
    {
        double[,] sequence = new double[length, features];
        for (int t = 0; t < length; t++)
            for (int j = 0; j < features; j++) sequence[t, j] = batch[(((t * rows) + row) * features) + j];
        return sequence;
    }

    /// <summary>A batch (T, B, F) of sequences, zero past each one's length.</summary>
    public static double[] Batch(IReadOnlyList<double[,]> sequences, int steps)
    {
        int rows = sequences.Count, features = sequences[0].GetLength(1);
        double[] batch = new double[steps * rows * features];
        for (int row = 0; row < rows; row++)
        {
            for (int t = 0; t < sequences[row].GetLength(0); t++)
                for (int j = 0; j < features; j++) batch[(((t * rows) + row) * features) + j] = sequences[row][t, j];
        }

        return batch;
    }
}
