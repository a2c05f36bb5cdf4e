using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>An LSTM's projection of y, the cell's output, to fewer values: h = P·y. Sak, Senior and Beaufays 2014; PyTorch's <c>proj_size</c>.</summary>
internal sealed class LstmProjection
{
    private readonly SequenceLayout _layout;
    private readonly PackedWeight _packed;
    private readonly AlignedBuffer _values, _gradients, _cellGradient, _zeros;

    /// <param name="weight">(P, H).</param>
    public LstmProjection(PassSetup setup, ParameterSlot weight, SequenceLayout layout)
    {
        (Weight, _layout) = (weight, layout);
        _packed = setup.Pack(weight, setup.Training);
        _values = new AlignedBuffer(checked(layout.MaxPositions * Units));
        _gradients = new AlignedBuffer(setup.Training ? checked(layout.MaxPositions * Width) : 0);
        _cellGradient = new AlignedBuffer(setup.Training ? layout.Capacity * Units : 0);
        _zeros = new AlignedBuffer(setup.Training ? layout.Capacity * Units : 0);
    }

    public ParameterSlot Weight { get; }

    /// <summary>Where its parameters end in the block.</summary>
    public int End => Weight.Offset + Weight.Length;

    /// <summary>(rows, H) of zeros.</summary>
    public ReadOnlySpan<float> Zeros => _zeros.Span;

    private int Width => Weight.Rows;

    private int Units => Weight.Columns;

    public void Prepare(ReadOnlyMemory<float> parameters) => _packed.Take(Weight.Of(parameters));

    /// <summary>(rows active, H): y, which the cell writes.</summary>
    public Span<float> ValuesAt(int t) => _values.Span.Slice(_layout.FirstAt(t) * Units, _layout.CountAt(t) * Units);

    /// <param name="output">(rows, P), rows <paramref name="outputStride"/> apart.</param>
    public void Forward(int t, int rows, Span<float> output, int outputStride)
    {
        using var weight = _packed.UseForward();
        MatMul.Multiply(ValuesAt(t), Units, rows, weight.Matrix, output, outputStride);
    }

    /// <summary>The gradient with respect to y, from that with respect to h, which comes from above and from the step after.</summary>
    /// <param name="outputGradient">(rows, P), rows <paramref name="stride"/> apart.</param>
    /// <param name="hidden">(rows, P).</param>
    /// <returns>(rows, H).</returns>
    public ReadOnlySpan<float> Backward(int t, int rows, ReadOnlySpan<float> outputGradient, int stride, ReadOnlySpan<float> hidden)
    {
        Span<float> sum = _gradients.Span.Slice(_layout.FirstAt(t) * Width, rows * Width);
        hidden[..sum.Length].CopyTo(sum);
        for (int row = 0; row < rows; row++) Add.Into(sum.Slice(row * Width, Width), outputGradient.Slice(row * stride, Width));
        using var weight = _packed.UseBackward();
        MatMul.Multiply(sum, Width, rows, weight.Matrix, _cellGradient.Span, Units);
        return _cellGradient.Span;
    }

    /// <summary>The weight's gradient, after the backward pass.</summary>
    public void ComputeGradient(SumOrder order, Span<float> gradient)
    {
        var sum = LayoutSum.Of(order, _layout);
        sum.Transposed(_gradients.Span, Width, Width, sum.Operand(_values.Span, Units, Units, gradient), default, []);
    }
}
