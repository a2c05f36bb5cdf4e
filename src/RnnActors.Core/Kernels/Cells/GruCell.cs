using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Cells;

/// <summary>
/// The element-wise part of a GRU's step for all rows in one pass over memory, forward and backward. Gates lie in PyTorch's order r, z, n. Operands must lie in
/// <see cref="AlignedBuffer"/>s, since the last vector of a row is read whole. One that is too short is refused before anything is written.
/// </summary>
public static unsafe class GruCell
{
    /// <summary>r, z = σ(x + p), n = tanh(x + r∘p), h = n + z∘(h' - n).</summary>
    /// <param name="gates">(B, 3H), rows <paramref name="gateStride"/> apart: the input's products x; holds r, z, n afterwards.</param>
    /// <param name="product">(B, 3H), rows as far apart: the recurrent products p with their bias.</param>
    /// <param name="before">h', (B, H), rows <paramref name="beforeStride"/> apart.</param>
    /// <param name="candidate">The candidate's p, kept for the backward pass: (B, H).</param>
    /// <param name="hidden">h, (B, H), rows <paramref name="hiddenStride"/> apart.</param>
    public static void Forward(
        Span<float> gates, int gateStride, ReadOnlySpan<float> product, ReadOnlySpan<float> before, int beforeStride, Span<float> candidate, Span<float> hidden,
        int hiddenStride, int rows, int units)
    {
        Bounds.Check(gates, rows, 3 * units, gateStride);
        Bounds.Check(product, rows, 3 * units, gateStride);
        Bounds.Check(before, rows, units, beforeStride);
        Bounds.Check(candidate, rows, units, units);
        Bounds.Check(hidden, rows, units, hiddenStride);
        fixed (float* g = gates, p = product, hb = before, n = candidate, h = hidden)
        {
            var kernel = new ForwardKernel(g, gateStride, p, hb, beforeStride, n, h, hiddenStride, rows, units);
            CellWork<ForwardKernel>.Run(ref kernel, rows, units);
        }
    }

    /// <summary>The gradient through one step.</summary>
    /// <param name="gates">(B, 3H), rows <paramref name="gateStride"/> apart: r, z, n; holds the gradients before their activations afterwards.</param>
    /// <param name="recurrent">(B, 3H), rows as far apart, written: the gradients with respect to the recurrent products.</param>
    /// <param name="before">h', (B, H), rows <paramref name="beforeStride"/> apart.</param>
    /// <param name="candidate">(B, H), as the forward pass left it; holds the gradient with respect to the candidate's recurrent product afterwards.</param>
    /// <param name="outputGradient">From above: (B, H), rows <paramref name="stride"/> apart.</param>
    /// <param name="hiddenGradient">From the step after; afterwards what reaches h' past the products: (B, H).</param>
    public static void Backward(
        Span<float> gates, int gateStride, Span<float> recurrent, ReadOnlySpan<float> before, int beforeStride, Span<float> candidate,
        ReadOnlySpan<float> outputGradient, int stride, Span<float> hiddenGradient, int rows, int units)
    {
        Bounds.Check(gates, rows, 3 * units, gateStride);
        Bounds.Check(recurrent, rows, 3 * units, gateStride);
        Bounds.Check(before, rows, units, beforeStride);
        Bounds.Check(candidate, rows, units, units);
        Bounds.Check(outputGradient, rows, units, stride);
        Bounds.Check(hiddenGradient, rows, units, units);
        fixed (float* g = gates, r = recurrent, hb = before, n = candidate, og = outputGradient, hg = hiddenGradient)
        {
            var kernel = new BackwardKernel(g, gateStride, r, hb, beforeStride, n, og, stride, hg, rows, units);
            CellWork<BackwardKernel>.Run(ref kernel, rows, units);
        }
    }

    /// <param name="units">H.</param>
    private struct ForwardKernel(float* gatesStart, int gateStride, float* productStart, float* beforeStart, int beforeStride, float* candidateStart,
        float* hiddenStart, int hiddenStride, int rows, int units) : IUnitsKernel
    {
        public (int First, int Count) Range { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            var (first, count) = Range;
            float* gates = gatesStart + first, product = productStart + first, before = beforeStart + first, candidate = candidateStart + first,
                hidden = hiddenStart + first;
            for (int row = 0; row < rows; row++)
            {
                // Two loops: n waits for r, and the out-of-order window holds only one or two elements. All of r and z lie side by side.
                int u = 0, together = count == units ? 2 * units : count;
                for (float* g = gates, p = product; g < gates + (2 * units); g += units, p += units)
                {
                    for (u = 0; u <= together - TSimd.Count; u += TSimd.Count) Gates<TSimd, TVec>(g + u, p + u, TSimd.Count);
                    if (u < together) Gates<TSimd, TVec>(g + u, p + u, together - u);
                    if (together > count) break;
                }

                for (u = 0; u <= count - TSimd.Count; u += TSimd.Count)
                    Output<TSimd, TVec>(gates + u, product + (2 * units) + u, before + u, candidate + u, hidden + u, units, TSimd.Count);
                if (u < count) Output<TSimd, TVec>(gates + u, product + (2 * units) + u, before + u, candidate + u, hidden + u, units, count - u);
                gates += gateStride;
                product += gateStride;
                before += beforeStride;
                candidate += units;
                hidden += hiddenStride;
            }
        }

        /// <summary>Computes one vector of a row and stores its first <paramref name="lanes"/>. Where that is the constant number of all lanes, nothing is
        /// called and all stays in registers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Gates<TSimd, TVec>(float* gates, float* product, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct =>
            Lanes.Store<TSimd, TVec>(Sigmoid.Of<TSimd, TVec>(TSimd.Add(TSimd.Load(gates), TSimd.Load(product))), gates, lanes);

        /// <param name="product">The candidate's part.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Output<TSimd, TVec>(float* gates, float* product, float* before, float* candidate, float* hidden, int units, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec p = TSimd.Load(product);
            TVec n = Tanh.Of<TSimd, TVec>(TSimd.Fma(TSimd.Load(gates), p, TSimd.Load(gates + (2 * units))));
            TVec h = TSimd.Fma(TSimd.Load(gates + units), TSimd.Subtract(TSimd.Load(before), n), n);
            Lanes.Store<TSimd, TVec>(n, gates + (2 * units), lanes);
            Lanes.Store<TSimd, TVec>(p, candidate, lanes);
            Lanes.Store<TSimd, TVec>(h, hidden, lanes);
        }
    }

    /// <param name="units">H.</param>
    private struct BackwardKernel(float* gatesStart, int gateStride, float* recurrentStart, float* beforeStart, int beforeStride, float* candidateStart,
        float* outputGradientStart, int stride, float* hiddenGradientStart, int rows, int units) : IUnitsKernel
    {
        public (int First, int Count) Range { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            var (first, count) = Range;
            float* gates = gatesStart + first, recurrent = recurrentStart + first, before = beforeStart + first, candidate = candidateStart + first,
                outputGradient = outputGradientStart + first, hiddenGradient = hiddenGradientStart + first;
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
                        Prefetch.Line(candidate + (ahead * units) + u);
                        Prefetch.Line(outputGradient + (ahead * stride) + u);
                    }

                    Step<TSimd, TVec>(gates + u, recurrent + u, before + u, candidate + u, outputGradient + u, hiddenGradient + u, units, TSimd.Count);
                }

                if (u < count) Step<TSimd, TVec>(gates + u, recurrent + u, before + u, candidate + u, outputGradient + u, hiddenGradient + u, units, count - u);
                gates += gateStride;
                recurrent += gateStride;
                before += beforeStride;
                candidate += units;
                outputGradient += stride;
                hiddenGradient += units;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TSimd, TVec>(float* gates, float* recurrent, float* before, float* candidate, float* outputGradient, float* hiddenGradient,
            int units, int lanes)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec one = TSimd.Set(1);
            TVec r = TSimd.Load(gates), z = TSimd.Load(gates + units), n = TSimd.Load(gates + (2 * units));
            TVec dh = TSimd.Add(TSimd.Load(outputGradient), TSimd.Load(hiddenGradient));
            TVec dn = TSimd.Multiply(TSimd.Multiply(dh, TSimd.Subtract(one, z)), TSimd.Subtract(one, TSimd.Multiply(n, n)));
            TVec dz = TSimd.Multiply(
                TSimd.Multiply(dh, TSimd.Subtract(TSimd.Load(before), n)), TSimd.Multiply(z, TSimd.Subtract(one, z)));
            TVec dr = TSimd.Multiply(TSimd.Multiply(dn, TSimd.Load(candidate)), TSimd.Multiply(r, TSimd.Subtract(one, r)));
            Lanes.Store<TSimd, TVec>(dr, gates, lanes);
            Lanes.Store<TSimd, TVec>(dz, gates + units, lanes);
            Lanes.Store<TSimd, TVec>(dn, gates + (2 * units), lanes);
            Lanes.Store<TSimd, TVec>(dr, recurrent, lanes);
            Lanes.Store<TSimd, TVec>(dz, recurrent + units, lanes);
            TVec dp = TSimd.Multiply(dn, r);
            Lanes.Store<TSimd, TVec>(dp, recurrent + (2 * units), lanes);
            Lanes.Store<TSimd, TVec>(dp, candidate, lanes);
            Lanes.Store<TSimd, TVec>(TSimd.Multiply(dh, z), hiddenGradient, lanes);
        }
    }
}
