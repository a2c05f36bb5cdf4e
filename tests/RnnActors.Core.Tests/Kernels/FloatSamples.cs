namespace RnnActors.Core.Tests.Kernels;

/// <summary>Floats of every sign and exponent, denormals and specials among them.</summary>
internal static class FloatSamples
{
    public static readonly float[] Specials =
    [
        0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1.17549421e-38f, 1.17549435e-38f, float.MaxValue, float.MinValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN, BitConverter.Int32BitsToSingle(0x7FC0_1234), 88.722832f, 88.72284f, -87.33654f, -87.33655f, -100, 100,
    ];

    /// <summary>So many significands of each of the 255 finite exponents and both signs, spread by
    /// a multiplicative hash, then <see cref="Specials"/>.</summary>
    public static float[] OfEveryExponent(int significands)
    {
        var samples = new float[(2 * 255 * significands) + Specials.Length];
        int count = 0;
        for (uint exponent = 0; exponent < 510; exponent++)
        {
            for (uint i = 0; i < significands; i++)
            {
                uint significand = i == 0 ? 0 : i == 1 ? 0x007F_FFFF : ((i * 0x9E37_79B1u) + (exponent * 0x85EB_CA6Bu)) >> 9;
                samples[count++] = BitConverter.UInt32BitsToSingle((exponent << 23) + significand + (exponent < 255 ? 0 : 1u << 23));
            }
        }

        Specials.CopyTo(samples, count);
        return samples;
    }

    /// <summary>So many floats from one to another, evenly.</summary>
    public static float[] Between(float from, float to, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(from + (((double)to - from) * i / (count - 1))))];
}
