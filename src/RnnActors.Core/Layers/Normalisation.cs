using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// Layer normalisation of rows: y = (x - mean) / √(variance + ε) ∘ w + b, with the biased variance (divisor n). Forward and backward side by side; the
/// normalised rows are kept between them.
/// </summary>
internal sealed class Normalisation
{
    /// <summary>PyTorch's default ε.</summary>
    public const double DefaultEpsilon = 1e-5;

    private readonly ParameterSlot _weightSlot;
    private readonly ParameterSlot _biasSlot;
    private readonly int _width;
    private readonly double _epsilon;
    private readonly float[] _weight, _bias, _scratch;
    private readonly float[] _inverse;
    private readonly AlignedBuffer _normal, _gradients, _weighted;

    /// <param name="weight">(n).</param>
    /// <param name="bias">(n).</param>
    public Normalisation(ParameterSlot weight, ParameterSlot bias, double epsilon, int positions, bool training)
    {
        (_weightSlot, _biasSlot, _width, _epsilon) = (weight, bias, weight.Length, epsilon);
        (_weight, _bias, _scratch, _inverse) = (new float[_width], new float[_width], new float[_width], new float[positions]);
        int length = checked(positions * _width);
        _normal = new AlignedBuffer(length);
        _gradients = new AlignedBuffer(training ? length : 0);
        _weighted = new AlignedBuffer(training ? length : 0);
    }

    public ParameterRange Range => ParameterRange.Covering(_weightSlot, _biasSlot);

    public void Prepare(ReadOnlyMemory<float> parameters)
    {
        _weightSlot.Of(parameters.Span).CopyTo(_weight);
        _biasSlot.Of(parameters.Span).CopyTo(_bias);
    }

    /// <param name="first">The position of the first row.</param>
    /// <param name="input">(count, n), rows <paramref name="stride"/> apart.</param>
    /// <param name="output">(count, n), rows <paramref name="outputStride"/> apart; may be the input's memory.</param>
    public void Forward(int first, int count, ReadOnlySpan<float> input, int stride, Span<float> output, int outputStride)
    {
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<float> x = input.Slice(row * stride, _width);
            Span<float> normal = _normal.Span.Slice((first + row) * _width, _width), y = output.Slice(row * outputStride, _width);
            float mean = Reduce.Sum(x) / _width;
            for (int i = 0; i < _width; i++) normal[i] = x[i] - mean;
            float variance = Dot.Of(normal, normal) / _width, inverse = (float)(1 / Math.Sqrt(variance + _epsilon));
            _inverse[first + row] = inverse;
            for (int i = 0; i < _width; i++)
            {
                normal[i] *= inverse;
                y[i] = (normal[i] * _weight[i]) + _bias[i];
            }
        }
    }

    /// <summary>Computes the input's gradient, and keeps what the parameters' gradient is summed from.</summary>
    /// <param name="gradient">(count, n), rows <paramref name="stride"/> apart: with respect to the output.</param>
    /// <param name="inputGradient">(count, n), rows <paramref name="inputStride"/> apart, overwritten; may be the gradient's memory; empty where it is not
    /// wanted.</param>
    public void Backward(int first, int count, ReadOnlySpan<float> gradient, int stride, Span<float> inputGradient, int inputStride)
    {
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<float> dy = gradient.Slice(row * stride, _width), normal = _normal.Span.Slice((first + row) * _width, _width);
            dy.CopyTo(_gradients.Span[((first + row) * _width)..]);
            Multiply.Apply(dy, normal, _weighted.Span.Slice((first + row) * _width, _width));
            if (inputGradient.IsEmpty) continue;

            // dx = (g - mean(g) - x̂ · mean(g ∘ x̂)) / √(variance + ε), with g = dy ∘ w.
            Multiply.Apply(dy, _weight, _scratch);
            float mean = Reduce.Sum(_scratch) / _width, along = Dot.Of(_scratch, normal) / _width, inverse = _inverse[first + row];
            Span<float> dx = inputGradient.Slice(row * inputStride, _width);
            for (int i = 0; i < _width; i++) dx[i] = (_scratch[i] - mean - (normal[i] * along)) * inverse;
        }
    }

    /// <param name="gradient">The gradient, from the weight's on.</param>
    public void SumGradient(LayoutSum sum, Span<float> gradient)
    {
        sum.Transposed(_weighted.Span, _width, _width, default, default, gradient[.._width]);
        sum.Transposed(_gradients.Span, _width, _width, default, default, gradient.Slice(_biasSlot.Offset - _weightSlot.Offset, _width));
    }
}
