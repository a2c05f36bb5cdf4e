using CsCheck;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Products;

[Collection(VectorWidthTests.Name)]
public sealed class GramSchmidtTests
{
    /// <summary>Rounding of float32 in sums of as many products.</summary>
    private const double Rounding = 2e-6;

    /// <summary>From one vector to several halves, with lengths of whole vectors and others.</summary>
    private static readonly Gen<(int Count, int Length)> Shapes =
        Gen.Select(Gen.OneOf(Gen.Int[1, 20], Gen.Int[30, 35], Gen.Int[60, 140]), Gen.OneOf(Gen.Const(0), Gen.Int[0, 40]),
        (count, more) => (count, count + more));

    [Fact]
    public void The_vectors_become_orthonormal_and_span_what_they_spanned_one_after_another() =>
        Gen.Select(Shapes, Gen.ULong).Sample(
            (shape, seed) =>
            {
                float[] from = Gaussians(shape, seed), vectors = [.. from];
                GramSchmidt.Orthonormalise(vectors, shape.Count, shape.Length);
                for (int v = 0; v < shape.Count; v++)
                {
                    for (int other = 0; other <= v; other++) Assert.Equal(v == other ? 1 : 0, Dot(vectors, v, vectors, other, shape.Length), Rounding);

                    // R of the QR decomposition: nothing of a vector along a later one, and a positive diagonal.
                    for (int later = v + 1; later < shape.Count; later++) Assert.Equal(0, Dot(from, v, vectors, later, shape.Length), 1e-3);
                    Assert.True(Dot(from, v, vectors, v, shape.Length) > 0);
                }
            },
            iter: 60);

    [Fact]
    public void They_are_near_those_of_the_plain_process_in_double() =>
        Gen.Select(Shapes, Gen.ULong).Sample(
            (shape, seed) =>
            {
                // Twice as long as they are many, so that what is left of each is not small beside what was taken out.
                (int Count, int Length) wide = (shape.Count, 2 * shape.Length);
                float[] vectors = Gaussians(wide, seed);
                double[][] expected = [.. vectors.Chunk(wide.Length).Select(vector => vector.Select(value => (double)value).ToArray())];
                GramSchmidt.Orthonormalise(vectors, wide.Count, wide.Length);
                Plain(expected);
                for (int i = 0; i < vectors.Length; i++) Assert.Equal(expected[i / wide.Length][i % wide.Length], vectors[i], 1e-5);
            },
            iter: 60);

    [Fact]
    public void Every_width_gives_the_same_bits() =>
        Gen.Select(Shapes, Gen.ULong).Sample(
            (shape, seed) =>
            {
                float[]? first = null;
                foreach (float[] vectors in VectorWidthTests.AtEveryWidth(() =>
                {
                    float[] made = Gaussians(shape, seed);
                    GramSchmidt.Orthonormalise(made, shape.Count, shape.Length);
                    return made;
                }))
                {
                    SameBits.Assert(first ??= vectors, vectors);
                }
            },
            iter: 40,
            threads: 1);

    /// <summary>What is left of the second is mostly rounding after the first time.</summary>
    [Fact]
    public void Vectors_that_nearly_coincide_become_orthonormal_too()
    {
        const int Length = 100;
        float[] vectors = Gaussians((2, Length), 1);
        for (int i = 0; i < Length; i++) vectors[Length + i] = vectors[i] + (1e-5f * vectors[Length + i]);
        GramSchmidt.Orthonormalise(vectors, 2, Length);
        Assert.Equal(0, Dot(vectors, 0, vectors, 1, Length), Rounding);
        Assert.Equal(1, Dot(vectors, 1, vectors, 1, Length), Rounding);
    }

    [Fact]
    public void More_vectors_than_dimensions_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GramSchmidt.Orthonormalise(new float[12], 4, 3));

    private static float[] Gaussians((int Count, int Length) shape, ulong seed)
    {
        float[] values = new float[shape.Count * shape.Length];
        Gaussian.Fill(values, new PhiloxKey(seed), 0);
        return values;
    }

    private static double Dot(float[] a, int vectorOfA, float[] b, int vectorOfB, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++) sum += (double)a[(vectorOfA * length) + i] * b[(vectorOfB * length) + i];
        return sum;
    }

    private static void Plain(double[][] vectors)
    {
        for (int v = 0; v < vectors.Length; v++)
        {
            double[] vector = vectors[v];
            for (int other = 0; other < v; other++)
            {
                double product = Dot(vector, vectors[other]);
                for (int i = 0; i < vector.Length; i++) vector[i] -= vectors[other][i] * product;
            }

            double norm = Math.Sqrt(Dot(vector, vector));
            for (int i = 0; i < vector.Length; i++) vector[i] /= norm;
        }
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
