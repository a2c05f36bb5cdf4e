using CsCheck;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

/// <summary>Both kernels against their plain twins, at every vector width.</summary>
[Collection(VectorWidthTests.Name)]
public sealed class DotTests
{
    private static readonly Gen<(float[] A, float[] B, float Scale)> Pairs =
        from length in Gen.Int[0, 70]
        from a in Gen.Float[-10, 10].Array[length]
        from b in Gen.Float[-10, 10].Array[length]
        from scale in Gen.Float[-3, 3]
        select (a, b, scale);

    [Fact]
    public void A_dot_product_has_sixteen_lanes_at_every_width() => Pairs.Sample(
        pair =>
        {
            float[] lanes = new float[16];
            for (int i = 0; i < pair.A.Length / 16 * 16; i++) lanes[i % 16] = MathF.FusedMultiplyAdd(pair.A[i], pair.B[i], lanes[i % 16]);
            for (int lane = 0, i = pair.A.Length / 16 * 16; lane < 16; lane++, i++)
                lanes[lane] = i < pair.A.Length ? MathF.FusedMultiplyAdd(pair.A[i], pair.B[i], lanes[lane]) : lanes[lane] + 0;
            for (int half = 8; half > 0; half /= 2)
                for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
            foreach (float dot in VectorWidthTests.AtEveryWidth(() => Dot.Of(pair.A, pair.B))) SameBits.Assert([lanes[0]], [dot]);
        },
        threads: 1);

    [Fact]
    public void A_scaled_sum_is_fused_at_every_width() => Pairs.Sample(
        pair =>
        {
            float[] expected = [.. pair.A.Zip(pair.B, (y, x) => MathF.FusedMultiplyAdd(pair.Scale, x, y))];
            foreach (float[] sum in VectorWidthTests.AtEveryWidth(() =>
            {
                float[] y = [.. pair.A];
                MultiplyAdd.Into(y, pair.Scale, pair.B);
                return y;
            })) SameBits.Assert(expected, sum);
        },
        threads: 1);

    [Fact]
    public void Spans_of_other_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Dot.Of(new float[3], new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiplyAdd.Into(new float[2], 1, new float[3]));
    }
}
