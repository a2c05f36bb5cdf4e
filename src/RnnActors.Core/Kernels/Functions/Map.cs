using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>An element-wise function of one operand.</summary>
public interface IUnaryOperator
{
    static abstract TVec Of<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : struct;
}

/// <summary>An element-wise function of two operands.</summary>
internal interface IBinaryOperator
{
    static abstract TVec Of<TSimd, TVec>(TVec a, TVec b)
        where TSimd : ISimd<TVec>
        where TVec : struct;
}

/// <summary>The loops over an element-wise function: whole vectors, then the rest one by one through the same operator.</summary>
internal static unsafe class Map
{
    /// <summary><c>destination[i] = f(source[i])</c>; the two may be the same memory.</summary>
    public static void Apply<TOperator>(ReadOnlySpan<float> source, Span<float> destination)
        where TOperator : struct, IUnaryOperator
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.Length);
        fixed (float* x = source, y = destination)
        {
            var kernel = new Unary<TOperator>(x, y, source.Length);
            Dispatch.Run(ref kernel);
        }
    }

    /// <summary><c>destination[i] = f(a[i], b[i])</c>; any of the three may be the same memory.</summary>
    public static void Apply<TOperator>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> destination)
        where TOperator : struct, IBinaryOperator
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, a.Length);
        fixed (float* x = a, y = b, z = destination)
        {
            var kernel = new Binary<TOperator>(x, y, z, a.Length);
            Dispatch.Run(ref kernel);
        }
    }

    private readonly struct Unary<TOperator>(float* source, float* destination, int length) : IKernel
        where TOperator : struct, IUnaryOperator
    {
        private readonly float* _source = source;
        private readonly float* _destination = destination;
        private readonly int _length = length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* x = _source, y = _destination;
            int length = _length, i = 0;
            for (; i <= length - TSimd.Count; i += TSimd.Count)
                TSimd.Store(TOperator.Of<TSimd, TVec>(TSimd.Load(x + i)), y + i);
            for (; i < length; i++)
                y[i] = TOperator.Of<SimdScalar, float>(x[i]);
        }
    }

    private readonly struct Binary<TOperator>(float* a, float* b, float* destination, int length) : IKernel
        where TOperator : struct, IBinaryOperator
    {
        private readonly float* _a = a;
        private readonly float* _b = b;
        private readonly float* _destination = destination;
        private readonly int _length = length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* a = _a, b = _b, y = _destination;
            int length = _length, i = 0;
            for (; i <= length - TSimd.Count; i += TSimd.Count)
                TSimd.Store(TOperator.Of<TSimd, TVec>(TSimd.Load(a + i), TSimd.Load(b + i)), y + i);
            for (; i < length; i++)
                y[i] = TOperator.Of<SimdScalar, float>(a[i], b[i]);
        }
    }
}
