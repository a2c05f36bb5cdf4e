using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>softmax(x)ᵢ = e^(xᵢ - max x) / Σⱼ e^(xⱼ - max x). A row with NaN or +∞, or of -∞ only, gives NaN.</summary>
public static unsafe class Softmax
{
    /// <summary>The probabilities of one row; the two may be the same memory.</summary>
    /// <param name="row">(V), at least one value.</param>
    /// <param name="probabilities">(V), overwritten.</param>
    public static void Apply(ReadOnlySpan<float> row, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfZero(row.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, row.Length);
        fixed (float* x = row, y = probabilities)
        {
            var kernel = new Kernel(x, y, row.Length);
            Dispatch.Run(ref kernel);
        }
    }

    /// <summary>ln Σᵢ e^xᵢ, with the logarithm in double.</summary>
    /// <param name="row">(V), at least one value.</param>
    public static double LogSumExp(ReadOnlySpan<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfZero(row.Length);
        fixed (float* x = row)
        {
            var kernel = new Kernel(x, null, row.Length);
            Dispatch.Run(ref kernel);
            return kernel.Max + PortableMath.Log(kernel.Sum);
        }
    }

    /// <summary>
    /// The sum of e^(xᵢ - max) in the lanes of <see cref="Reduce"/>. The terms are stored in <paramref name="exponentials"/> unless it is null.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Exponentials<TSimd, TVec>(float* row, float* exponentials, int width, float max, float* scratch)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int whole = width & -Reduce.Lanes;
        Reduce.PadEnd(row + whole, width - whole, float.NegativeInfinity, scratch);
        float* lanes = scratch + Reduce.Lanes;
        TVec shift = TSimd.Set(max);
        for (int group = 0; group < Reduce.Lanes; group += TSimd.Count)
        {
            TVec sum = Exp.Of<TSimd, TVec>(TSimd.Subtract(TSimd.Load(scratch + group), shift));
            TSimd.Store(sum, scratch + group);
            for (int i = group; i < whole; i += Reduce.Lanes)
            {
                TVec e = Exp.Of<TSimd, TVec>(TSimd.Subtract(TSimd.Load(row + i), shift));
                if (exponentials != null) TSimd.Store(e, exponentials + i);
                sum = TSimd.Add(sum, e);
            }

            TSimd.Store(sum, lanes + group);
        }

        if (exponentials != null)
            for (int i = whole; i < width; i++) exponentials[i] = scratch[i - whole];
        return Reduce.Tree<SumReduction>(lanes);
    }

    /// <summary>Multiplies a row in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Scale<TSimd, TVec>(float* row, int width, float factor)
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        int i = 0;
        for (; i <= width - TSimd.Count; i += TSimd.Count) TSimd.Store(TSimd.Multiply(TSimd.Load(row + i), TSimd.Set(factor)), row + i);
        for (; i < width; i++) row[i] *= factor;
    }

    private struct Kernel(float* row, float* probabilities, int width) : IKernel
    {
        private readonly float* _row = row;
        private readonly float* _probabilities = probabilities;
        private readonly int _width = width;

        public float Max { get; private set; }

        public float Sum { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* scratch = stackalloc float[Reduce.Scratch];
            Max = Reduce.Over<MaxReduction, TSimd, TVec>(_row, _width, scratch);
            Sum = Exponentials<TSimd, TVec>(_row, _probabilities, _width, Max, scratch);
            if (_probabilities != null) Scale<TSimd, TVec>(_probabilities, _width, 1 / Sum);
        }
    }
}
