using CsCheck;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

[Collection(VectorWidthTests.Name)]
public sealed class MapTests
{
    [Fact]
    public void An_element_depends_on_nothing_but_itself() =>
        Gen.Float[-20, 20].Array[0, 70].Sample(x =>
        {
            var together = new float[x.Length];
            Tanh.Apply(x, together);
            var alone = new float[x.Length];
            for (int i = 0; i < x.Length; i++) Tanh.Apply(x.AsSpan(i, 1), alone.AsSpan(i, 1));
            SameBits.Assert(alone, together);
        });

    [Fact]
    public void Source_and_destination_may_be_the_same() =>
        Gen.Float[-20, 20].Array[0, 70].Sample(x =>
        {
            var apart = new float[x.Length];
            Sigmoid.Apply(x, apart);
            Sigmoid.Apply(x, x);
            SameBits.Assert(apart, x);
        });

    [Fact]
    public void Different_lengths_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Exp.Apply(new float[3], new float[4]));

    [Fact]
    public void Add_is_the_plain_sum_at_every_width() =>
        Gen.Select(Gen.Float[-1e6f, 1e6f].Array[0, 70], Gen.Int[0, 1000]).Sample((source, seed) =>
        {
            float[] before = [.. source.Select((_, i) => (seed + i) / 7f)];
            float[] expected = [.. before.Zip(source, (a, b) => a + b)];
            foreach (float[] sum in VectorWidthTests.AtEveryWidth(() =>
            {
                float[] destination = [.. before];
                Add.Into(destination, source);
                return destination;
            }))
                SameBits.Assert(expected, sum);
        }, threads: 1);
}
