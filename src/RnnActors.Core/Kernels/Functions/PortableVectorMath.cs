using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>The functions of <see cref="PortableMath"/> in the lanes of a portable vector: the same operations in each lane, hence the same bits.</summary>
internal static class PortableVectorMath
{
    /// <summary>2⁵²: above it, consecutive doubles differ by 1.</summary>
    private const double Ones = 1L << 52;

    /// <summary>ln x.</summary>
    /// <param name="x">Positive, normal and finite.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(Vector256<double> x)
    {
        Vector256<long> bits = x.AsInt64();
        Vector256<double> e = ToDouble(bits >>> 52) - Vector256.Create(1023.0);
        Vector256<double> m = ((bits & Vector256.Create(0x000F_FFFF_FFFF_FFFF)) | Vector256.Create(0x3FF0_0000_0000_0000)).AsDouble();
        Vector256<double> isLarge = Vector256.GreaterThan(m, Vector256.Create(PortableMath.RootOfTwo));
        m = Vector256.ConditionalSelect(isLarge, m / 2, m);
        e = Vector256.ConditionalSelect(isLarge, e + Vector256<double>.One, e);
        Vector256<double> f = m - Vector256<double>.One;
        Vector256<double> s = f / (f + Vector256.Create(2.0));
        Vector256<double> s2 = s * s;
        Vector256<double> series = default;
        foreach (double coefficient in PortableMath.ArtanhSeries) series = (series + Vector256.Create(coefficient)) * s2;
        return (e * PortableMath.Ln2High) + (f - ((s * (f - series)) - (e * PortableMath.Ln2Low)));
    }

    /// <summary>The cosine.</summary>
    /// <param name="x">In radians, in [0, 2π].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Cos(Vector256<double> x)
    {
        Vector256<double> n = Vector256.Floor((x * PortableMath.TwoOverPi) + Vector256.Create(0.5));
        Vector256<double> r = x - (n * PortableMath.HalfPiHigh) - (n * PortableMath.HalfPiMiddle) - (n * PortableMath.HalfPiLow);

        // After one or three quarters of a turn the cosine is a sine; from one quarter to before three its sign is flipped. n is 0 to 4.
        Vector256<double> isFirst = Vector256.Equals(n, Vector256.Create(1.0)), isSecond = Vector256.Equals(n, Vector256.Create(2.0)),
            isThird = Vector256.Equals(n, Vector256.Create(3.0));
        return SinOrCos(r, isFirst | isThird) ^ ((isFirst | isSecond) & Vector256.Create(-0.0));
    }

    /// <summary>Converts integers in [0, 2⁵²), exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ToDouble(Vector256<long> values) => (values | Vector256.Create(Ones).AsInt64()).AsDouble() - Vector256.Create(Ones);

    /// <summary>Both series at once, since divisions dominate the time. The cosine's has one term less: a division by infinity makes it add nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> SinOrCos(Vector256<double> r, Vector256<double> isSine)
    {
        Vector256<double> r2 = r * r, sum = default;
        for (int k = 18; k >= 2; k -= 2)
        {
            double ofCosine = k == 18 ? double.PositiveInfinity : (k + 1) * (k + 2);
            sum = (Vector256<double>.One + sum) * -r2
                / Vector256.ConditionalSelect(isSine, Vector256.Create((double)(k * (k + 1))), Vector256.Create(ofCosine));
        }

        return Vector256.ConditionalSelect(isSine, r + (r * sum), Vector256<double>.One - (r2 / 2 * (Vector256<double>.One + sum)));
    }
}
