using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Simd;

namespace RnnActors.Core.Kernels.Functions;

/// <summary>-ln softmax(x)[label] over rows, and its gradient (softmax(x) - onehot(label))·scale, in three passes over each row while it is in the
/// cache.</summary>
internal static unsafe class CrossEntropy
{
    /// <summary>The summed loss, and the number of rows whose (first) largest output is the label.</summary>
    /// <param name="outputs">(n, width).</param>
    /// <param name="labels">(n), each in [0, width) or <paramref name="ignored"/>. Ignored rows have no loss and a gradient of zero.</param>
    /// <param name="gradient">(n, width), overwritten, or empty; may be the memory of <paramref name="outputs"/>.</param>
    public static (double Sum, long Correct) Evaluate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, int width, int? ignored, float scale, Span<float> gradient)
    {
        fixed (float* x = outputs, g = gradient)
        fixed (int* l = labels)
        {
            var kernel = new Kernel(x, l, gradient.IsEmpty ? null : g, labels.Length, width, ignored, scale);
            Dispatch.Run(ref kernel);
            return (kernel.Sum, kernel.Correct);
        }
    }

    private struct Kernel(float* outputs, int* labels, float* gradient, int rows, int width, int? ignored, float scale) : IKernel
    {
        private readonly float* _outputs = outputs;
        private readonly int* _labels = labels;
        private readonly float* _gradient = gradient;
        private readonly int _rows = rows;
        private readonly int _width = width;
        private readonly int? _ignored = ignored;
        private readonly float _scale = scale;

        public double Sum { get; private set; }

        public long Correct { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            float* scratch = stackalloc float[Reduce.Scratch];
            float* x = _outputs, g = _gradient;
            for (int row = 0; row < _rows; row++, x += _width, g += _gradient == null ? 0 : _width)
            {
                int label = _labels[row];
                if (label == _ignored)
                {
                    if (g != null) new Span<float>(g, _width).Clear();
                    continue;
                }

                float max = Reduce.Over<MaxReduction, TSimd, TVec>(x, _width, scratch);
                float atLabel = x[label];
                if (atLabel == max && !new ReadOnlySpan<float>(x, label).Contains(max)) Correct++;
                float sum = Softmax.Exponentials<TSimd, TVec>(x, g, _width, max, scratch);
                Sum += PortableMath.Log(sum) + ((double)max - atLabel);
                if (g == null) continue;
                Softmax.Scale<TSimd, TVec>(g, _width, _scale / sum);
                g[label] -= _scale;
            }
        }
    }
}
