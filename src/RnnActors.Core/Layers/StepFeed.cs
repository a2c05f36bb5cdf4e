using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// What a recurrent layer reads at each step beside its input: something made of what it gave at the steps before, as a decoder's attention is. Its part of the
/// gates is W·x(t), and its own parameters follow the cell's.
/// </summary>
internal abstract class StepFeed
{
    private PackedWeight? _packed;
    private ParameterSlot? _weight;
    private PackedMatrix? _forward, _backward;
    private AlignedBuffer _values = new(0), _gradient = new(0);

    /// <summary>X: its values a step.</summary>
    public abstract int Width { get; }

    /// <summary>Where its parameters, the weight among them, end in the block.</summary>
    public abstract int End { get; }

    protected RecurrentPlace Place { get; private set; } = null!;

    /// <summary>(positions, X): what was read at each step.</summary>
    protected Span<float> Values => _values.Span;

    public virtual void Attach(RecurrentPlace place, ParameterSlot weight, int gates)
    {
        (Place, _weight) = (place, weight);
        _packed = place.Setup.Pack(weight, place.Setup.Training, gates);
        _values = new AlignedBuffer(checked(place.Layout.MaxPositions * Width));
        _gradient = new AlignedBuffer(place.Setup.Capacity * Width);
    }

    public virtual void Prepare(ReadOnlyMemory<float> parameters) => _packed!.Take(_weight!.Of(parameters));

    /// <summary>A forward pass begins.</summary>
    public abstract void BeginForward();

    /// <summary>Writes what is read at time <paramref name="t"/>.</summary>
    /// <param name="previous">(rows active, H), rows <paramref name="stride"/> apart: the state before.</param>
    /// <param name="values">(rows active, X).</param>
    protected abstract void Read(int t, int rows, ReadOnlySpan<float> previous, int stride, Span<float> values);

    /// <summary>The cell has given its output at time <paramref name="t"/>.</summary>
    /// <param name="output">(rows active, H), rows <paramref name="stride"/> apart.</param>
    public abstract void AfterStep(int t, int rows, ReadOnlySpan<float> output, int stride);

    /// <summary>A backward pass begins.</summary>
    public abstract void BeginBackward();

    /// <summary>Adds what the output at time <paramref name="t"/> meant to those who read what <see cref="AfterStep"/> made of it.</summary>
    /// <param name="hidden">(rows active, H).</param>
    public abstract void BackwardAfterStep(int t, int rows, Span<float> hidden);

    /// <summary>Takes the gradient of what was read at time <paramref name="t"/>.</summary>
    /// <param name="gradient">(rows active, X).</param>
    protected abstract void BackwardRead(int t, int rows, ReadOnlySpan<float> gradient);

    /// <summary>Adds what the state before time <paramref name="t"/> meant to what was read.</summary>
    /// <param name="hidden">(rows active, H).</param>
    public abstract void AddPreviousGradient(int t, int rows, Span<float> hidden);

    /// <summary>A backward pass ends.</summary>
    public abstract void EndBackward();

    /// <summary>Adds its part of the gates.</summary>
    /// <param name="gates">(rows active, gates · H), rows <paramref name="gateStride"/> apart.</param>
    public void Feed(int t, int rows, ReadOnlySpan<float> previous, int stride, Span<float> gates, int gateStride)
    {
        Span<float> values = _values.Span.Slice(Place.Layout.FirstAt(t) * Width, rows * Width);
        Read(t, rows, previous, stride, values);
        MatMul.Multiply(values, Width, rows, _forward!, gates, gateStride, accumulate: true);
    }

    /// <param name="gates">(rows active, gates · H), rows <paramref name="gateStride"/> apart: their gradients.</param>
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
    /// <param name="gates">(positions, gates · H), rows <paramref name="gateStride"/> apart: their gradients.</param>
    /// <param name="gradient">The whole layer's, which begins at <paramref name="first"/>.</param>
    public virtual void SumGradient(SumOrder order, ReadOnlySpan<float> gates, int gateStride, Span<float> gradient, int first)
    {
        var sum = LayoutSum.Of(order, Place.Layout);
        sum.Transposed(gates, gateStride, _weight!.Rows, sum.Operand(Values, Width, Width, gradient.Slice(_weight.Offset - first, _weight.Length)), default,
            []);
    }
}
