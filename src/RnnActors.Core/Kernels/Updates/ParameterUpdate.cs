using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Updates;

/// <summary>An optimiser's formula for one element, with its hyperparameters as fields.</summary>
internal interface IUpdateRule
{
    /// <summary>Moments that the rule keeps: 0, 1 or 2. Missing ones are passed as zero and not stored.</summary>
    static abstract int Moments { get; }

    void Apply<TSimd, TVec>(ref TVec parameter, TVec gradient, ref TVec first, ref TVec second)
        where TSimd : ISimd<TVec>
        where TVec : struct;
}

/// <summary>The loop of every optimiser: scales and clips the gradients and applies a rule, in one pass over memory.</summary>
internal static unsafe class ParameterUpdate
{
    public static void Run<TRule>(
        TRule rule, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, float scale, float limit)
        where TRule : struct, IUpdateRule
    {
        int length = parameters.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradients.Length, length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstMoment.Length, TRule.Moments >= 1 ? length : 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondMoment.Length, TRule.Moments >= 2 ? length : 0);
        fixed (float* p = parameters, g = gradients, m = firstMoment, v = secondMoment)
        {
            var kernel = new Kernel<TRule>(rule, p, g, m, v, length, scale, limit);
            Dispatch.Run(ref kernel);
        }
    }

    private readonly struct Kernel<TRule>(TRule rule, float* parameters, float* gradients, float* first, float* second, int length, float scale, float limit)
        : IKernel
        where TRule : struct, IUpdateRule
    {
        private readonly TRule _rule = rule;
        private readonly float* _parameters = parameters;
        private readonly float* _gradients = gradients;
        private readonly float* _first = first;
        private readonly float* _second = second;
        private readonly int _length = length;
        private readonly float _scale = scale;
        private readonly float _limit = limit;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            int i = 0;
            for (; i <= _length - TSimd.Count; i += TSimd.Count) Update<TSimd, TVec>(i);
            for (; i < _length; i++) Update<SimdScalar, float>(i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Update<TSimd, TVec>(int i)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec p = TSimd.Load(_parameters + i);
            TVec g = TSimd.Multiply(TSimd.Load(_gradients + i), TSimd.Set(_scale));
            TVec limit = TSimd.Set(_limit), lowest = TSimd.Set(-_limit);
            g = TSimd.SelectLess(limit, g, limit, g);
            g = TSimd.SelectLess(g, lowest, lowest, g);
            TVec m = TRule.Moments >= 1 ? TSimd.Load(_first + i) : default;
            TVec v = TRule.Moments >= 2 ? TSimd.Load(_second + i) : default;

            _rule.Apply<TSimd, TVec>(ref p, g, ref m, ref v);

            TSimd.Store(p, _parameters + i);
            if (TRule.Moments >= 1) TSimd.Store(m, _first + i);
            if (TRule.Moments >= 2) TSimd.Store(v, _second + i);
        }
    }
}
