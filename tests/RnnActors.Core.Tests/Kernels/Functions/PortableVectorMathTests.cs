using System.Runtime.Intrinsics;
using CsCheck;
using RnnActors.Core.Kernels.Functions;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

public sealed class PortableVectorMathTests
{
    [Fact]
    public void The_logarithm_has_the_bits_of_the_plain_one() =>
        Gen.OneOf(Gen.Double[double.Epsilon * (1L << 52), double.MaxValue], Gen.Double[0.5, 2], Gen.Double[0.0, 1.0].Where(x => x > 1e-300)).Array[4]
            .Sample(x =>
            AssertSame(x, PortableMath.Log, PortableVectorMath.Log));

    [Fact]
    public void The_cosine_has_the_bits_of_the_plain_one()
    {
        Gen.Double[0, 2 * Math.PI].Array[4].Sample(x => AssertSame(x, PortableMath.Cos, PortableVectorMath.Cos));
        for (int eighth = 0; eighth <= 8; eighth++)
        {
            double edge = eighth * Math.PI / 4;
            AssertSame([edge, Math.Max(0, Math.BitDecrement(edge)), Math.Min(Math.BitIncrement(edge), 2 * Math.PI), edge / 2], PortableMath.Cos,
                PortableVectorMath.Cos);
        }
    }

    [Fact]
    public void Integers_become_doubles_exactly() =>
        Gen.Long[0, (1L << 52) - 1].Array[4].Sample(x =>
            Assert.Equal(x.Select(v => (double)v), Lanes(PortableVectorMath.ToDouble(Vector256.Create(x)))));

    private static void AssertSame(double[] x, Func<double, double> plain, Func<Vector256<double>, Vector256<double>> lanes) =>
        Assert.Equal(x.Select(v => BitConverter.DoubleToInt64Bits(plain(v))), Lanes(lanes(Vector256.Create(x))).Select(BitConverter.DoubleToInt64Bits));

    private static IEnumerable<double> Lanes(Vector256<double> values) => Enumerable.Range(0, 4).Select(i => values[i]);
}
