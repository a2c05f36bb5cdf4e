using System.Numerics;
using RnnActors.Core.Kernels;

namespace RnnActors.Core.Parameters;

/// <summary>Makes the values that training starts from. Each depends on the seed, the parameter's number and its place alone.</summary>
public static class ParameterInitialization
{
    /// <summary>Writes over every parameter of the block; the gaps stay as they are.</summary>
    public static void Fill(ParameterLayout layout, Span<float> block, ulong seed)
    {
        for (int i = 0; i < layout.Slots.Count; i++)
        {
            var slot = layout.Slots[i];
            Fill(slot, slot.Of(block), seed, i);
        }
    }

    private static void Fill(ParameterSlot slot, Span<float> values, ulong seed, int number)
    {
        switch (slot.Start)
        {
            case ConstantStart constant:
                values.Fill((float)constant.Value);
                break;
            case GateStart gate:
                values.Clear();
                int part = values.Length / gate.Gates;
                values.Slice(gate.Gate * part, part).Fill((float)gate.Value);
                break;
            case UniformStart uniform:
                var stream = new RandomSequence(PhiloxKey.Of(seed, RandomPurpose.InitialWeights, layer: number));
                for (int i = 0; i < values.Length; i++) values[i] = (float)(((2.0 * stream.NextDouble()) - 1) * uniform.Limit);
                break;
            case OrthogonalStart orthogonal:
                FillOrthogonal(slot, orthogonal.Gates, values, new RandomSequence(PhiloxKey.Of(seed, RandomPurpose.InitialWeights, layer: number)));
                break;
            default:
                throw new NotSupportedException($"{slot.Name} starts with {slot.Start}, which nothing makes.");
        }
    }

    /// <summary>Each gate's matrix by itself, on as many cores as there are: a thousand units take a second or more.</summary>
    private static void FillOrthogonal(ParameterSlot slot, int gates, Span<float> values, RandomSequence random)
    {
        int rows = slot.Rows / gates, columns = slot.Columns, count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double[][][] vectors = [.. Enumerable.Range(0, gates).Select(_ => Gaussians(count, length, ref random))];
        Parallel.ForEach(vectors, MakeOrthonormal);
        bool wide = rows <= columns;
        for (int gate = 0; gate < gates; gate++)
        {
            var matrix = values.Slice(gate * rows * columns, rows * columns);
            for (int v = 0; v < count; v++)
                for (int i = 0; i < length; i++) matrix[wide ? (v * columns) + i : (i * columns) + v] = (float)vectors[gate][v][i];
        }
    }

    private static double[][] Gaussians(int count, int length, ref RandomSequence random)
    {
        var vectors = new double[count][];
        for (int v = 0; v < count; v++)
        {
            vectors[v] = new double[length];
            for (int i = 0; i < length; i++) vectors[v][i] = random.NextGaussian();
        }

        return vectors;
    }

    /// <summary>
    /// The modified Gram-Schmidt process, twice, in double: Gaussian vectors become a matrix that is uniformly distributed over the orthogonal ones (the signs of
    /// its diagonal in the QR decomposition are positive).
    /// </summary>
    private static void MakeOrthonormal(double[][] vectors)
    {
        for (int v = 0; v < vectors.Length; v++)
        {
            double[] vector = vectors[v];
            for (int pass = 0; pass < 2; pass++)
            {
                for (int other = 0; other < v; other++) Subtract(Dot(vector, vectors[other]), vectors[other], vector);
            }

            double norm = Math.Sqrt(Dot(vector, vector));
            for (int i = 0; i < vector.Length; i++) vector[i] /= norm;
        }
    }

    /// <summary>b -= a·factor, element by element, so that the vector's width changes no bit.</summary>
    private static void Subtract(double factor, double[] a, double[] b)
    {
        int i = 0;
        for (; i <= b.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(b, i) - (new Vector<double>(a, i) * factor)).CopyTo(b, i);
        for (; i < b.Length; i++) b[i] -= a[i] * factor;
    }

    /// <summary>Summed in order: the order is a part of the result.</summary>
    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
