using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Cells;

/// <summary>
/// The element-wise part of an LSTM's step for all rows in one pass over memory, forward and backward. Gates lie in PyTorch's order i, f, g, o. Operands must
/// lie in <see cref="AlignedBuffer"/>s, since the last vector of a row is read whole. One that is too short is refused before anything is written.
/// </summary>
public static unsafe class LstmCell
{
    /// <summary>c = f∘c' + i∘g, h = o∘tanh(c).</summary>
    /// <param name="gates">(B, 4H), rows <paramref name="gateStride"/> apart: before the activations; holds i, f, g, o after them.</param>
    /// <param name="cellBefore">c', (B, H).</param>
    /// <param name="cell">c, (B, H).</param>
    /// <param name="hidden">h, (B, H), rows <paramref name="hiddenStride"/> apart.</param>
    public static void Forward(
        Span<float> gates, int gateStride, ReadOnlySpan<float> cellBefore, Span<float> cell, Span<float> hidden, int hiddenStride, int rows, int units)
    {
        Bounds.Check(gates, rows, 4 * units, gateStride);
        Bounds.Check(cellBefore, rows, units, units);
        Bounds.Check(cell, rows, units, units);
        Bounds.Check(hidden, rows, units, hiddenStride);
        fixed (float* g = gates, cb = cellBefore, c = cell, h = hidden)
        {
            var kernel = new ForwardKernel(g, gateStride, cb, c, h, hiddenStride, rows, units);
            CellWork<ForwardKernel>.Run(ref kernel, rows, units);
        }
    }

    /// <summary>The gradient through one step. It recomputes tanh(c), which is faster than storing it.</summary>
    /// <param name="gates">(B, 4H), rows <paramref name="gateStride"/> apart: i, f, g, o; holds the gradients before their activations after it.</param>
    /// <param name="cellBefore">c', (B, H).</param>
    /// <param name="cell">c, (B, H).</param>
    /// <param name="outputGradient">From above: (B, H), rows <paramref name="stride"/> apart.</param>
    /// <param name="hiddenGradient">From the step after: (B, H).</param>
    /// <param name="cellGradient">(B, H): on entry with respect to c, from the step after; on return with respect to c'.</param>
    public static void Backward(
        Span<float> gates, int gateStride, ReadOnlySpan<float> cellBefore, ReadOnlySpan<float> cell, ReadOnlySpan<float> outputGradient, int stride,
        ReadOnlySpan<float> hiddenGradient, Span<float> cellGradient, int rows, int units)
    {
        Bounds.Check(gates, rows, 4 * units, gateStride);
        Bounds.Check(cellBefore, rows, units, units);
        Bounds.Check(cell, rows, units, units);
        Bounds.Check(outputGradient, rows, units, stride);
        Bounds.Check(hiddenGradient, rows, units, units);
        Bounds.Check(cellGradient, rows, units, units);
        fixed (float* g = gates, cb = cellBefore, c = cell, og = outputGradient, hg = hiddenGradient, cg = cellGradient)
        {
            var kernel = new BackwardKernel(g, gateStride, cb, c, og, stride, hg, cg, rows, units);
            CellWork<BackwardKernel>.Run(ref kernel, rows, units);
        }
    }

    /// <param name="units">H.</param>
    private struct ForwardKernel(float* gatesStart, int gateStride, float* cellBeforeStart, float* cellStart, float* hiddenStart, int hiddenStride, int rows,
        int units) : IUnitsKernel
    {
        public (int First, int Count) Range { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            var (first, count) = Range;
            float* gates = gatesStart + first, cellBefore = cellBeforeStart + first, cell = cellStart + first, hidden = hiddenStart + first;
            for (int row = 0; row < rows; row++)
            {
                // Two loops: tanh(c) waits for the gates, and the out-of-order window holds only one or two elements.
                int u = 0;
                for (; u <= count - TSimd.Count; u += TSimd.Count) Cell<TSimd, TVec>(gates + u, cellBefore + u, cell + u, units, TSimd.Count);
                if (u < count) Cell<TSimd, TVec>(gates + u, cellBefore + u, cell + u, units, count - u);
                for (u = 0; u <= count - TSimd.Count; u += TSimd.Count) Output<TSimd, TVec>(gates + (3 * units) + u, cell + u, hidden + u, TSimd.Count);
                if (u < count) Output<TSimd, TVec>(gates + (3 * units) + u, cell + u, hidden + u, count - u);
                gates += gateStride;
                cellBefore += units;
                cell += units;
                hidden += hiddenStride;
            }
        }

        /// <summary>Computes one vector of a row and stores its first <paramref name="lanes"/>. Where that is the constant number of all lanes, nothing is
        /// called and all stays in registers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Cell<TSimd, TVec>(float* gates, float* cellBefore, float* cell, int units, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec i = Sigmoid.Of<TSimd, TVec>(TSimd.Load(gates));
            TVec f = Sigmoid.Of<TSimd, TVec>(TSimd.Load(gates + units));
            TVec g = Tanh.Of<TSimd, TVec>(TSimd.Load(gates + (2 * units)));
            TVec o = Sigmoid.Of<TSimd, TVec>(TSimd.Load(gates + (3 * units)));
            TVec c = TSimd.Fma(f, TSimd.Load(cellBefore), TSimd.Multiply(i, g));
            Lanes.Store<TSimd, TVec>(i, gates, lanes);
            Lanes.Store<TSimd, TVec>(f, gates + units, lanes);
            Lanes.Store<TSimd, TVec>(g, gates + (2 * units), lanes);
            Lanes.Store<TSimd, TVec>(o, gates + (3 * units), lanes);
            Lanes.Store<TSimd, TVec>(c, cell, lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Output<TSimd, TVec>(float* o, float* cell, float* hidden, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct =>
            Lanes.Store<TSimd, TVec>(TSimd.Multiply(TSimd.Load(o), Tanh.Of<TSimd, TVec>(TSimd.Load(cell))), hidden, lanes);
    }

    /// <param name="units">H.</param>
    private struct BackwardKernel(float* gatesStart, int gateStride, float* cellBeforeStart, float* cellStart, float* outputGradientStart, int stride,
        float* hiddenGradientStart, float* cellGradientStart, int rows, int units) : IUnitsKernel
    {
        public (int First, int Count) Range { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            var (first, count) = Range;
            float* gates = gatesStart + first, cellBefore = cellBeforeStart + first, cell = cellStart + first, outputGradient = outputGradientStart + first,
                hiddenGradient = hiddenGradientStart + first, cellGradient = cellGradientStart + first;
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
                        Prefetch.Line(soon + (3 * units));
                        Prefetch.Line(cellBefore + (ahead * units) + u);
                        Prefetch.Line(outputGradient + (ahead * stride) + u);
                    }

                    Step<TSimd, TVec>(gates + u, cellBefore + u, cell + u, outputGradient + u, hiddenGradient + u, cellGradient + u, units, TSimd.Count);
                }

                if (u < count) Step<TSimd, TVec>(gates + u, cellBefore + u, cell + u, outputGradient + u, hiddenGradient + u, cellGradient + u, units,
                    count - u);
                gates += gateStride;
                cellBefore += units;
                cell += units;
                outputGradient += stride;
                hiddenGradient += units;
                cellGradient += units;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TSimd, TVec>(
            float* gates, float* cellBefore, float* cell, float* outputGradient, float* hiddenGradient, float* cellGradient, int units, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec one = TSimd.Set(1);
            TVec i = TSimd.Load(gates), f = TSimd.Load(gates + units);
            TVec g = TSimd.Load(gates + (2 * units)), o = TSimd.Load(gates + (3 * units));
            TVec tanh = Tanh.Of<TSimd, TVec>(TSimd.Load(cell)), before = TSimd.Load(cellBefore);
            TVec dh = TSimd.Add(TSimd.Load(outputGradient), TSimd.Load(hiddenGradient));
            TVec dc = TSimd.Fma(TSimd.Multiply(dh, o), TSimd.Subtract(one, TSimd.Multiply(tanh, tanh)), TSimd.Load(cellGradient));
            TVec di = TSimd.Multiply(TSimd.Multiply(dc, g), TSimd.Multiply(i, TSimd.Subtract(one, i)));
            TVec df = TSimd.Multiply(TSimd.Multiply(dc, before), TSimd.Multiply(f, TSimd.Subtract(one, f)));
            TVec dg = TSimd.Multiply(TSimd.Multiply(dc, i), TSimd.Subtract(one, TSimd.Multiply(g, g)));
            TVec dO = TSimd.Multiply(TSimd.Multiply(dh, tanh), TSimd.Multiply(o, TSimd.Subtract(one, o)));
            Lanes.Store<TSimd, TVec>(di, gates, lanes);
            Lanes.Store<TSimd, TVec>(df, gates + units, lanes);
            Lanes.Store<TSimd, TVec>(dg, gates + (2 * units), lanes);
            Lanes.Store<TSimd, TVec>(dO, gates + (3 * units), lanes);
            Lanes.Store<TSimd, TVec>(TSimd.Multiply(dc, f), cellGradient, lanes);
        }
    }
}
