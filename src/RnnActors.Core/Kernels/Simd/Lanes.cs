using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Simd;

/// <summary>The last vector of a row. It is loaded whole (buffers have <see cref="AlignedBuffer.Slack"/>), computed whole, and stored in part.</summary>
internal static unsafe class Lanes
{
    /// <summary>Stores the first <paramref name="lanes"/> values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TSimd, TVec>(TVec value, float* destination, int lanes)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        if (lanes == TSimd.Count) TSimd.Store(value, destination);
        else StorePart<TSimd, TVec>(value, destination, lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart<TSimd, TVec>(TVec value, float* destination, int lanes)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        float* all = stackalloc float[TSimd.Count];
        TSimd.Store(value, all);
        for (int i = 0; i < lanes; i++) destination[i] = all[i];
    }
}
