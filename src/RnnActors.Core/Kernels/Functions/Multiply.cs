using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>a·b, element by element.</summary>
internal readonly struct Multiply : IBinaryOperator
{
    public static void Apply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> destination) => Map.Apply<Multiply>(a, b, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Multiply(a, b);
}
