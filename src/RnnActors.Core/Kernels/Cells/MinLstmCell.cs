using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Cells;

/// <summary>
/// A minLSTM's step for all rows in one pass over memory, forward and backward. Gates lie in the order f, i, n, where n is the candidate. Feng et al. 2024.
/// Operands must lie in <see cref="AlignedBuffer"/>s, since the last vector of a row is read whole. One that is too short is refused before anything is
/// written.
/// </summary>
public static unsafe class MinLstmCell
{
    /// <summary>Lower limit of the gates' arguments: no gate is ever 0, so dividing by f + i is safe.</summary>
    public const float MinArgument = -80;

    /// <summary>f, i = σ(x), n = x, h = h' + i / (f + i)∘(n - h').</summary>
    /// <param name="gates">(B, 3H), rows <paramref name="gateStride"/> apart: the input's products x; holds f, i, n afterwards.</param>
    /// <param name="before">h', (B, H), rows <paramref name="beforeStride"/> apart.</param>
    /// <param name="hidden">h, (B, H), rows <paramref name="hiddenStride"/> apart.</param>
    public static void Forward(
        Span<float> gates, int gateStride, ReadOnlySpan<float> before, int beforeStride, Span<float> hidden, int hiddenStride, int rows, int units)
    {
        Bounds.Check(gates, rows, 3 * units, gateStride);
        Bounds.Check(before, rows, units, beforeStride);
        Bounds.Check(hidden, rows, units, hiddenStride);
        fixed (float* g = gates, hb = before, h = hidden)
        {
            var kernel = new ForwardKernel(g, gateStride, hb, beforeStride, h, hiddenStride, rows, units);
            CellWork<ForwardKernel>.Run(ref kernel, rows, units);
        }
    }

    /// <summary>The gradient through one step.</summary>
    /// <param name="gates">(B, 3H), rows <paramref name="gateStride"/> apart: f, i, n; holds the gradients with respect to x afterwards.</param>
    /// <param name="before">h', (B, H), rows <paramref name="beforeStride"/> apart.</param>
    /// <param name="outputGradient">From above: (B, H), rows <paramref name="stride"/> apart.</param>
    /// <param name="hiddenGradient">From the step after; afterwards that with respect to h': (B, H).</param>
    public static void Backward(
        Span<float> gates, int gateStride, ReadOnlySpan<float> before, int beforeStride, ReadOnlySpan<float> outputGradient, int stride,
        Span<float> hiddenGradient, int rows, int units)
    {
        Bounds.Check(gates, rows, 3 * units, gateStride);
        Bounds.Check(before, rows, units, beforeStride);
        Bounds.Check(outputGradient, rows, units, stride);
        Bounds.Check(hiddenGradient, rows, units, units);
        fixed (float* g = gates, hb = before, og = outputGradient, hg = hiddenGradient)
        {
            var kernel = new BackwardKernel(g, gateStride, hb, beforeStride, og, stride, hg, rows, units);
            CellWork<BackwardKernel>.Run(ref kernel, rows, units);
        }
    }

    /// <param name="units">H.</param>
    private struct ForwardKernel(
        float* gatesStart, int gateStride, float* beforeStart, int beforeStride, float* hiddenStart, int hiddenStride, int rows, int units)
        : IUnitsKernel
    {
        public (int First, int Count) Range { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            var (first, count) = Range;
            float* gates = gatesStart + first, before = beforeStart + first, hidden = hiddenStart + first;
            for (int row = 0; row < rows; row++)
            {
                int u = 0;
                for (; u <= count - TSimd.Count; u += TSimd.Count) Step<TSimd, TVec>(gates + u, before + u, hidden + u, units, TSimd.Count);
                if (u < count) Step<TSimd, TVec>(gates + u, before + u, hidden + u, units, count - u);
                gates += gateStride;
                before += beforeStride;
                hidden += hiddenStride;
            }
        }

        /// <summary>Computes one vector of a row and stores its first <paramref name="lanes"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TSimd, TVec>(float* gates, float* before, float* hidden, int units, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec f = Gate<TSimd, TVec>(gates), i = Gate<TSimd, TVec>(gates + units), h = TSimd.Load(before);
            TVec share = TSimd.Divide(i, TSimd.Add(f, i));
            TVec after = TSimd.Fma(share, TSimd.Subtract(TSimd.Load(gates + (2 * units)), h), h);
            Lanes.Store<TSimd, TVec>(f, gates, lanes);
            Lanes.Store<TSimd, TVec>(i, gates + units, lanes);
            Lanes.Store<TSimd, TVec>(after, hidden, lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVec Gate<TSimd, TVec>(float* x)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec argument = TSimd.Load(x), min = TSimd.Set(MinArgument);
            return Sigmoid.Of<TSimd, TVec>(TSimd.SelectLess(argument, min, min, argument));
        }
    }

    /// <param name="units">H.</param>
    private struct BackwardKernel(
        float* gatesStart, int gateStride, float* beforeStart, int beforeStride, float* outputGradientStart, int stride, float* hiddenGradientStart,
        int rows, int units)
        : IUnitsKernel
    {
        public (int First, int Count) Range { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            var (first, count) = Range;
            float* gates = gatesStart + first, before = beforeStart + first;
            float* outputGradient = outputGradientStart + first, hiddenGradient = hiddenGradientStart + first;
            int ahead = Prefetch.RowsAhead(units);
            for (int row = 0; row < rows; row++)
            {
                int u = 0;
                for (; u <= count - TSimd.Count; u += TSimd.Count)
                {
                    if (u % Prefetch.LineLength == 0)
                    {
                        float* soon = gates + (ahead * gateStride) + u;
                        Prefetch.Line(soon);
                        Prefetch.Line(soon + units);
                        Prefetch.Line(soon + (2 * units));
                        Prefetch.Line(before + (ahead * beforeStride) + u);
                        Prefetch.Line(outputGradient + (ahead * stride) + u);
                    }

                    Step<TSimd, TVec>(gates + u, before + u, outputGradient + u, hiddenGradient + u, units, TSimd.Count);
                }

                if (u < count) Step<TSimd, TVec>(gates + u, before + u, outputGradient + u, hiddenGradient + u, units, count - u);
                gates += gateStride;
                before += beforeStride;
                outputGradient += stride;
                hiddenGradient += units;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TSimd, TVec>(float* gates, float* before, float* outputGradient, float* hiddenGradient, int units, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec one = TSimd.Set(1), f = TSimd.Load(gates), i = TSimd.Load(gates + units), n = TSimd.Load(gates + (2 * units));
            TVec scale = TSimd.Divide(one, TSimd.Add(f, i));
            TVec dh = TSimd.Add(TSimd.Load(outputGradient), TSimd.Load(hiddenGradient));
            TVec dn = TSimd.Multiply(dh, TSimd.Multiply(i, scale)), kept = TSimd.Multiply(f, scale), dBefore = TSimd.Multiply(dh, kept);
            TVec both = TSimd.Multiply(TSimd.Multiply(dn, kept), TSimd.Subtract(n, TSimd.Load(before)));
            Lanes.Store<TSimd, TVec>(TSimd.Multiply(both, TSimd.Subtract(f, one)), gates, lanes);
            Lanes.Store<TSimd, TVec>(TSimd.Multiply(both, TSimd.Subtract(one, i)), gates + units, lanes);
            Lanes.Store<TSimd, TVec>(dn, gates + (2 * units), lanes);
            Lanes.Store<TSimd, TVec>(dBefore, hiddenGradient, lanes);
        }
    }
}
