using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels.RandomNumbers;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). Four random words are a pure function of
/// a 64-bit key and a 128-bit counter, so any number can be computed anywhere, in any order.
/// </summary>
public static class Philox
{
    private const uint Multiplier0 = 0xD251_1F53;
    private const uint Multiplier1 = 0xCD9E_8D57;
    private const uint Weyl0 = 0x9E37_79B9;
    private const uint Weyl1 = 0xBB67_AE85;
    private const int Rounds = 10;

    /// <summary>The four words of one counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (uint W0, uint W1, uint W2, uint W3) Block(PhiloxKey key, uint c0, uint c1, uint c2, uint c3)
    {
        (uint k0, uint k1) = ((uint)key.Value, (uint)(key.Value >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>A float in [0, 1) from the 24 upper bits of a word.</summary>
    public static float Uniform(uint word) => (word >> 8) * (1f / (1 << 24));

    /// <summary>Four consecutive counters at once, (c0 … c0 + 3, c1, c2, 0). Vector Ww holds their word w; the bits are those of <see cref="Block"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector128<uint> W0, Vector128<uint> W1, Vector128<uint> W2, Vector128<uint> W3) FourBlocks(PhiloxKey key, uint c0, uint c1, uint c2)
    {
        (uint k0, uint k1) = ((uint)key.Value, (uint)(key.Value >> 32));
        Vector256<ulong> x0 = Vector256.Create((ulong)c0, c0 + 1, c0 + 2, c0 + 3);
        Vector256<ulong> x1 = Vector256.Create((ulong)c1), x2 = Vector256.Create((ulong)c2), x3 = default;
        for (int round = 0; round < Rounds; round++)
        {
            Vector256<ulong> p0 = Product(x0, Multiplier0);
            Vector256<ulong> p1 = Product(x2, Multiplier1);
            x0 = (p1 >>> 32) ^ x1 ^ Vector256.Create((ulong)k0);
            x2 = (p0 >>> 32) ^ x3 ^ Vector256.Create((ulong)k1);
            x1 = p1;
            x3 = p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (Words(x0), Words(x1), Words(x2), Words(x3));
    }

    /// <summary>The 64-bit products of the lower 32 bits of each lane. The upper bits of a lane are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> a, uint b) => Avx2.IsSupported
        ? Avx2.Multiply(a.AsUInt32(), Vector256.Create(b))
        : (a & Vector256.Create((ulong)uint.MaxValue)) * Vector256.Create((ulong)b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Words(Vector256<ulong> lanes) => Vector128.Narrow(lanes.GetLower(), lanes.GetUpper());
}
