using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>dy·(1 - y²): the gradient through y = tanh x.</summary>
internal readonly struct TanhGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec y, TVec gradient)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Multiply(gradient, TSimd.Subtract(TSimd.Set(1), TSimd.Multiply(y, y)));
}

/// <summary>dy·y(1 - y): the gradient through y = σ(x).</summary>
internal readonly struct SigmoidGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec y, TVec gradient)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.Multiply(gradient, TSimd.Multiply(y, TSimd.Subtract(TSimd.Set(1), y)));
}

/// <summary>dy where y is above 0, else 0: the gradient through y = max(x, 0), 0 at 0 as in PyTorch.</summary>
internal readonly struct ReluGradient : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Of<TSimd, TVec>(TVec y, TVec gradient)
        where TSimd : ISimd<TVec>
        where TVec : struct => TSimd.SelectLess(TSimd.Set(0), y, gradient, TSimd.Set(0));
}
