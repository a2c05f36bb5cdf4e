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
                var gaussians = new RandomSequence(PhiloxKey.Of(seed, RandomPurpose.InitialWeights, layer: number));
                int rows = slot.Rows / orthogonal.Gates;
                for (int i = 0; i < orthogonal.Gates; i++) FillOrthogonal(values.Slice(i * rows * slot.Columns, rows * slot.Columns), rows, slot.Columns, ref gaussians);
                break;
            default:
                throw new NotSupportedException($"{slot.Name} starts with {slot.Start}, which nothing makes.");
        }
    }

    /// <summary>
    /// Gaussian vectors along the shorter side, made orthonormal one after another by the modified Gram-Schmidt process, twice, in double: a matrix that is
    /// uniformly distributed over the orthogonal ones (the signs of its diagonal in the QR decomposition are positive).
    /// </summary>
    private static void FillOrthogonal(Span<float> matrix, int rows, int columns, ref RandomSequence random)
    {
        bool wide = rows <= columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        var vectors = new double[count][];
        for (int v = 0; v < count; v++)
        {
            double[] vector = vectors[v] = new double[length];
            for (int i = 0; i < length; i++) vector[i] = random.NextGaussian();
            for (int pass = 0; pass < 2; pass++)
            {
                for (int other = 0; other < v; other++)
                {
                    double dot = Dot(vector, vectors[other]);
                    for (int i = 0; i < length; i++) vector[i] -= dot * vectors[other][i];
                }
            }

            double norm = Math.Sqrt(Dot(vector, vector));
            for (int i = 0; i < length; i++) vector[i] /= norm;
        }

        for (int v = 0; v < count; v++)
            for (int i = 0; i < length; i++) matrix[wide ? (v * columns) + i : (i * columns) + v] = (float)vectors[v][i];
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
