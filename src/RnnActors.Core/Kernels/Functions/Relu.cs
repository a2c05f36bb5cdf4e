using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>max(x, 0); NaN stays NaN.</summary>
internal readonly struct Relu : IUnaryOperator
{
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination) => Map.Apply<Relu>(source, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.SelectLess(x, TSimd.Set(0), TSimd.Set(0), x);
}

/// <summary>dy where y is above 0, else 0: the gradient through y = max(x, 0), 0 at 0 as in PyTorch.</summary>
internal readonly struct ReluGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec y, TVec gradient)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.SelectLess(TSimd.Set(0), y, gradient, TSimd.Set(0));
}
