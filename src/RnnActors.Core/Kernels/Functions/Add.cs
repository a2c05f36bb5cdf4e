using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>a + b, element by element.</summary>
internal readonly struct Add : IBinaryOperator
{
    /// <summary><c>destination[i] += source[i]</c>: one node of the reduction tree.</summary>
    public static void Into(Span<float> destination, ReadOnlySpan<float> source) => Map.Apply<Add>(destination, source, destination);

    /// <summary>Writes a finished sum to its target: overwrites the target, or is added to it.</summary>
    public static void Give(Span<float> target, ReadOnlySpan<float> sum, bool adds)
    {
        if (adds) Into(target, sum);
        else sum.CopyTo(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Add(a, b);
}
