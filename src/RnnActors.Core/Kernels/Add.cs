using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels;

/// <summary>a + b, element by element.</summary>
internal readonly struct Add : IBinaryOperator
{
    /// <summary><c>destination[i] += source[i]</c>: one node of the reduction tree.</summary>
    public static void Into(Span<float> destination, ReadOnlySpan<float> source) => Map.Apply<Add>(destination, source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Add(a, b);
}
