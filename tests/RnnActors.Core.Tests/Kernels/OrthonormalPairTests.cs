using CsCheck;
using RnnActors.Core.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Kernels;

public sealed class OrthonormalPairTests
{
    [Fact]
    public void Both_sets_are_the_bits_of_the_plain_process() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 12], Gen.ULong).Sample((count, more, seed) =>
        {
            int length = count + more;
            double[][][] sets = [Gaussians(count, length, seed), Gaussians(count, length, seed + 1)];
            using var pair = new OrthonormalPair(count, length);
            for (int set = 0; set < OrthonormalPair.Sets; set++)
                for (int i = 0; i < count * length; i++) pair[set, i] = sets[set][i / length][i % length];

            pair.Orthonormalise();
            for (int set = 0; set < OrthonormalPair.Sets; set++)
            {
                Orthonormalise(sets[set]);
                for (int i = 0; i < count * length; i++)
                    Assert.Equal(BitConverter.DoubleToInt64Bits(sets[set][i / length][i % length]), BitConverter.DoubleToInt64Bits(pair[set, i]));
            }
        });

    private static double[][] Gaussians(int count, int length, ulong seed)
    {
        var random = new RandomSequence(new PhiloxKey(seed));
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextGaussian()).ToArray())];
    }

    private static void Orthonormalise(double[][] vectors)
    {
        for (int v = 0; v < vectors.Length; v++)
        {
            double[] vector = vectors[v];
            for (int pass = 0; pass < 2; pass++)
            {
                for (int other = 0; other < v; other++)
                {
                    double product = Dot(vector, vectors[other]);
                    for (int i = 0; i < vector.Length; i++) vector[i] -= vectors[other][i] * product;
                }
            }

            double norm = Math.Sqrt(Dot(vector, vector));
            for (int i = 0; i < vector.Length; i++) vector[i] /= norm;
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
