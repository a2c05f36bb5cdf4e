using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// A further input of a recurrent layer that depends on the layer's own earlier outputs, as a decoder's attention does. With x(t) its values, it adds W·x(t) to
/// the gates. Its parameters follow the cell's.
/// </summary>
internal abstract class StepFeed
{
    private PackedWeight? _packed;
    private ParameterSlot? _weight;
    private PackedMatrix? _forward, _backward;
    private AlignedBuffer _values = new(0), _gradient = new(0);

    /// <summary>X: its values per step.</summary>
    public abstract int Width { get; }

    /// <summary>Where its parameters, W included, end in the block.</summary>
    public abstract int End { get; }

    protected RecurrentPlace Place { get; private set; } = null!;

    /// <summary>(positions, X): the values x(t) of each step.</summary>
    protected Span<float> Values => _values.Span;

    public virtual void Attach(RecurrentPlace place, ParameterSlot weight, int gates)
    {
        (Place, _weight) = (place, weight);
        _packed = place.Setup.Pack(weight, place.Setup.Training, gates);
        _values = new AlignedBuffer(checked(place.Layout.MaxPositions * Width));
        _gradient = new AlignedBuffer(place.Setup.Capacity * Width);
    }

    public virtual void Prepare(ReadOnlyMemory<float> parameters) => _packed!.Take(_weight!.Of(parameters));

    /// <summary>Begins a forward pass.</summary>
    public abstract void BeginForward();

    /// <summary>Computes x(t) before a step.</summary>
    /// <param name="previous">(rows active, H), rows <paramref name="stride"/> apart: the previous state.</param>
    /// <param name="values">(rows active, X), overwritten.</param>
    protected abstract void Read(int t, int rows, ReadOnlySpan<float> previous, int stride, Span<float> values);

    /// <summary>Called after the cell has computed its output at time <paramref name="t"/>.</summary>
    /// <param name="output">(rows active, H), rows <paramref name="stride"/> apart.</param>
    public abstract void AfterStep(int t, int rows, ReadOnlySpan<float> output, int stride);

    /// <summary>Begins a backward pass.</summary>
    public abstract void BeginBackward();

    /// <summary>Backpropagates through <see cref="AfterStep"/>: adds to the gradient of the output at time <paramref name="t"/>.</summary>
    /// <param name="hidden">(rows active, H).</param>
    public abstract void BackwardAfterStep(int t, int rows, Span<float> hidden);

    /// <summary>Backpropagates through <see cref="Read"/>: receives the gradient of x(t).</summary>
    /// <param name="gradient">(rows active, X).</param>
    protected abstract void BackwardRead(int t, int rows, ReadOnlySpan<float> gradient);

    /// <summary>Adds the gradient that x(t) passes to the state before time <paramref name="t"/>.</summary>
    /// <param name="hidden">(rows active, H).</param>
    public abstract void AddPreviousGradient(int t, int rows, Span<float> hidden);

    /// <summary>Ends a backward pass.</summary>
    public abstract void EndBackward();

    /// <summary>Computes x(t) and adds W·x(t) to the gates.</summary>
    /// <param name="gates">(rows active, gates · H), rows <paramref name="gateStride"/> apart.</param>
    public void Feed(int t, int rows, ReadOnlySpan<float> previous, int stride, Span<float> gates, int gateStride)
    {
        Span<float> values = _values.Span.Slice(Place.Layout.FirstAt(t) * Width, rows * Width);
        Read(t, rows, previous, stride, values);
        MatMul.Multiply(values, Width, rows, _forward!, gates, gateStride, accumulate: true);
    }

    /// <param name="gates">(rows active, gates · H), rows <paramref name="gateStride"/> apart: the gates' gradients.</param>
    public void Backward(int t, int rows, ReadOnlySpan<float> gates, int gateStride)
    {
        Span<float> gradient = _gradient.Span[..(rows * Width)];
        MatMul.Multiply(gates, gateStride, rows, _backward!, gradient, Width);
        BackwardRead(t, rows, gradient);
    }

    public PackedUse UseForward()
    {
        var use = _packed!.UseForward();
        _forward = use.Matrix;
        return use;
    }

    public PackedUse UseBackward()
    {
        var use = _packed!.UseBackward();
        _backward = use.Matrix;
        return use;
    }

    /// <summary>The parameters' gradient.</summary>
    /// <param name="gates">(positions, gates · H), rows <paramref name="gateStride"/> apart: the gates' gradients.</param>
    /// <param name="gradient">The whole layer's gradient, which begins at parameter <paramref name="first"/>.</param>
    public virtual void SumGradient(SumOrder order, ReadOnlySpan<float> gates, int gateStride, Span<float> gradient, int first)
    {
        var sum = LayoutSum.Of(order, Place.Layout);
        sum.Transposed(gates, gateStride, _weight!.Rows, sum.Operand(Values, Width, Width, gradient.Slice(_weight.Offset - first, _weight.Length)), default,
            []);
    }
}
