using CsCheck;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

[Collection(VectorWidthTests.Name)]
public sealed class ReduceTests
{
    private static float Twin(float[] x, float identity, Func<float, float, float> combine)
    {
        float[] lanes = [.. Enumerable.Repeat(identity, 16)];
        int whole = x.Length / 16 * 16;
        for (int i = whole; i < x.Length; i++) lanes[i - whole] = combine(lanes[i - whole], x[i]);
        for (int i = 0; i < whole; i++) lanes[i % 16] = combine(lanes[i % 16], x[i]);
        for (int half = 8; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++)
                lanes[lane] = combine(lanes[lane], lanes[lane + half]);
        return lanes[0];
    }

    [Fact]
    public void Sum_and_max_are_the_sixteen_lanes_at_every_width() =>
        Gen.Float[-1e6f, 1e6f].Array[0, 100].Sample(
            x =>
            {
                float sum = Twin(x, 0, (a, b) => a + b);
                float max = x.Length == 0 ? float.NegativeInfinity : x.Max();
                foreach (var (s, m) in VectorWidthTests.AtEveryWidth(() => (Reduce.Sum(x), Reduce.Max(x))))
                    SameBits.Assert([sum, max], [s, m]);
            },
            threads: 1);

    [Fact]
    public void Sum_is_near_the_exact_one() =>
        Gen.Float[-1, 1].Array[1, 5000].Sample(x => Assert.Equal(x.Sum(v => (double)v), Reduce.Sum(x), 1e-3), iter: 50);

    [Fact]
    public void Not_a_number_shows_in_the_sum_and_is_passed_over_by_the_maximum()
    {
        for (int at = 0; at < 40; at++)
        {
            float[] x = Pseudorandom.Floats(40, 3);
            x[at] = float.NaN;
            Assert.True(float.IsNaN(Reduce.Sum(x)));
            Assert.Equal(x.Where(v => !float.IsNaN(v)).Max(), Reduce.Max(x));
        }
    }
}
