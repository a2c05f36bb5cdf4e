using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>max(x, 0); not-a-number stays so.</summary>
internal readonly struct Relu : IUnaryOperator
{
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Relu>(source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.SelectLess(x, TSimd.Set(0), TSimd.Set(0), x);
}
