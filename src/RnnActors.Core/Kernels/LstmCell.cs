using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels;

/// <summary>
/// The element-wise part of an LSTM's step for all rows in one pass over memory, forward and backward. Gates lie in PyTorch's order i, f, g, o.
/// </summary>
public static unsafe class LstmCell
{
    /// <summary>c = f∘c' + i∘g, h = o∘tanh(c).</summary>
    /// <param name="gates">(B, 4H): before the activations; holds i, f, g, o after them.</param>
    /// <param name="cellBefore">c', (B, H).</param>
    /// <param name="cell">c, (B, H).</param>
    /// <param name="hidden">h, (B, H), rows <paramref name="hiddenStride"/> apart.</param>
    public static void Forward(
        Span<float> gates, ReadOnlySpan<float> cellBefore, Span<float> cell, Span<float> hidden, int hiddenStride, int rows, int units)
    {
        fixed (float* g = gates, cb = cellBefore, c = cell, h = hidden)
        {
            var kernel = new ForwardKernel(g, cb, c, h, hiddenStride, rows, units);
            Dispatch.Run(ref kernel);
        }
    }

    /// <summary>The gradient through one step. It computes tanh(c) again, which takes less time than the memory that would keep it.</summary>
    /// <param name="gates">(B, 4H): i, f, g, o; holds the gradients before their activations after it.</param>
    /// <param name="cellBefore">c', (B, H).</param>
    /// <param name="cell">c, (B, H).</param>
    /// <param name="outputGradient">From above: (B, H), rows <paramref name="stride"/> apart.</param>
    /// <param name="hiddenGradient">From the step after: (B, H).</param>
    /// <param name="cellGradient">With respect to c from the step after; with respect to c' after it: (B, H).</param>
    public static void Backward(
        Span<float> gates, ReadOnlySpan<float> cellBefore, ReadOnlySpan<float> cell, ReadOnlySpan<float> outputGradient, int stride,
        ReadOnlySpan<float> hiddenGradient, Span<float> cellGradient, int rows, int units)
    {
        fixed (float* g = gates, cb = cellBefore, c = cell, og = outputGradient, hg = hiddenGradient, cg = cellGradient)
        {
            var kernel = new BackwardKernel(g, cb, c, og, stride, hg, cg, rows, units);
            Dispatch.Run(ref kernel);
        }
    }

    private readonly struct ForwardKernel(float* gatesStart, float* cellBeforeStart, float* cellStart, float* hiddenStart, int hiddenStride, int rows, int units) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* gates = gatesStart, cellBefore = cellBeforeStart, cell = cellStart, hidden = hiddenStart;
            for (int row = 0; row < rows; row++)
            {
                for (int u = 0; u < units; u += TSimd.Count)
                {
                    int lanes = Math.Min(TSimd.Count, units - u);
                    TVec i = Sigmoid.Of<TSimd, TVec>(TSimd.Load(gates + u));
                    TVec f = Sigmoid.Of<TSimd, TVec>(TSimd.Load(gates + units + u));
                    TVec g = Tanh.Of<TSimd, TVec>(TSimd.Load(gates + (2 * units) + u));
                    TVec o = Sigmoid.Of<TSimd, TVec>(TSimd.Load(gates + (3 * units) + u));
                    TVec c = TSimd.Fma(f, TSimd.Load(cellBefore + u), TSimd.Multiply(i, g));
                    TVec tanh = Tanh.Of<TSimd, TVec>(c);
                    Lanes.Store<TSimd, TVec>(i, gates + u, lanes);
                    Lanes.Store<TSimd, TVec>(f, gates + units + u, lanes);
                    Lanes.Store<TSimd, TVec>(g, gates + (2 * units) + u, lanes);
                    Lanes.Store<TSimd, TVec>(o, gates + (3 * units) + u, lanes);
                    Lanes.Store<TSimd, TVec>(c, cell + u, lanes);
                    Lanes.Store<TSimd, TVec>(TSimd.Multiply(o, tanh), hidden + u, lanes);
                }

                gates += 4 * units;
                cellBefore += units;
                cell += units;
                hidden += hiddenStride;
            }
        }
    }

    private readonly struct BackwardKernel(float* gatesStart, float* cellBeforeStart, float* cellStart, float* outputGradientStart, int stride, float* hiddenGradientStart, float* cellGradientStart, int rows, int units) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* gates = gatesStart, cellBefore = cellBeforeStart, cell = cellStart, outputGradient = outputGradientStart, hiddenGradient = hiddenGradientStart, cellGradient = cellGradientStart;
            TVec one = TSimd.Set(1);
            int ahead = Prefetch.RowsAhead(units);
            for (int row = 0; row < rows; row++)
            {
                for (int u = 0; u < units; u += TSimd.Count)
                {
                    if (u % Prefetch.LineLength == 0)
                    {
                        float* soon = gates + (ahead * 4 * units) + u;
                        Prefetch.Line(soon);
                        Prefetch.Line(soon + units);
                        Prefetch.Line(soon + (2 * units));
                        Prefetch.Line(soon + (3 * units));
                        Prefetch.Line(cellBefore + (ahead * units) + u);
                        Prefetch.Line(outputGradient + (ahead * stride) + u);
                    }

                    int lanes = Math.Min(TSimd.Count, units - u);
                    TVec i = TSimd.Load(gates + u), f = TSimd.Load(gates + units + u);
                    TVec g = TSimd.Load(gates + (2 * units) + u), o = TSimd.Load(gates + (3 * units) + u);
                    TVec tanh = Tanh.Of<TSimd, TVec>(TSimd.Load(cell + u)), before = TSimd.Load(cellBefore + u);
                    TVec dh = TSimd.Add(TSimd.Load(outputGradient + u), TSimd.Load(hiddenGradient + u));
                    TVec dc = TSimd.Fma(TSimd.Multiply(dh, o), TSimd.Subtract(one, TSimd.Multiply(tanh, tanh)), TSimd.Load(cellGradient + u));
                    TVec di = TSimd.Multiply(TSimd.Multiply(dc, g), TSimd.Multiply(i, TSimd.Subtract(one, i)));
                    TVec df = TSimd.Multiply(TSimd.Multiply(dc, before), TSimd.Multiply(f, TSimd.Subtract(one, f)));
                    TVec dg = TSimd.Multiply(TSimd.Multiply(dc, i), TSimd.Subtract(one, TSimd.Multiply(g, g)));
                    TVec dO = TSimd.Multiply(TSimd.Multiply(dh, tanh), TSimd.Multiply(o, TSimd.Subtract(one, o)));
                    Lanes.Store<TSimd, TVec>(di, gates + u, lanes);
                    Lanes.Store<TSimd, TVec>(df, gates + units + u, lanes);
                    Lanes.Store<TSimd, TVec>(dg, gates + (2 * units) + u, lanes);
                    Lanes.Store<TSimd, TVec>(dO, gates + (3 * units) + u, lanes);
                    Lanes.Store<TSimd, TVec>(TSimd.Multiply(dc, f), cellGradient + u, lanes);
                }

                gates += 4 * units;
                cellBefore += units;
                cell += units;
                outputGradient += stride;
                hiddenGradient += units;
                cellGradient += units;
            }
        }
    }
}
