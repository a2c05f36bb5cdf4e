using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Input feeding: a = tanh(W [context; h] + b) of each step is fed to the next one. Luong et al. 2015.</summary>
internal sealed class AttentionalFeed : DecoderFeed
{
    private readonly ParameterSlot _weight, _bias;
    private readonly PackedWeight _packed;
    private readonly float[] _biasValues;

    // Joined: (positions, K + H), the context beside the state. Gradients: (positions, H), with respect to tanh's argument.
    private readonly AlignedBuffer _joined, _gradients, _joinedGradient, _carried, _initial;
    private int _last;

    public AttentionalFeed(AttentionDecoder spec, PassSetup setup, SignalBuffer states)
        : base(spec, setup, states)
    {
        (_weight, _bias) = (setup.Layout[setup.Prefix + "combine.weight"], setup.Layout[setup.Prefix + "combine.bias"]);
        _packed = setup.Pack(_weight, setup.Training);
        _biasValues = new float[_bias.Length];
        Output = new SignalBuffer(states.Layout, states.Shape, setup.Training);
        _joined = new AlignedBuffer(checked(Layout.MaxPositions * Joined));
        _gradients = new AlignedBuffer(setup.Training ? checked(Layout.MaxPositions * Width) : 0);
        _joinedGradient = new AlignedBuffer(setup.Capacity * Joined);
        _carried = new AlignedBuffer(setup.Capacity * Width);
        _initial = new AlignedBuffer(setup.Capacity * Width);
    }

    public override int Width => States.Features;

    public override int End => _bias.Offset + _bias.Length;

    /// <summary>a of each step.</summary>
    public override SignalBuffer Output { get; }

    public override int StateWidth => Width;

    private int Joined => Memory.Features + States.Features;

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        base.Prepare(parameters);
        _packed.Take(_weight.Of(parameters));
        _bias.Of(parameters.Span).CopyTo(_biasValues);
    }

    public override void BeginBackward()
    {
        base.BeginBackward();
        _last = Layout.Steps - 1;
        _carried.Span.Clear();
        States.Gradient[..States.Length].Clear();
    }

    public override void TakeState(ReadOnlySpan<float> state, int stride)
    {
        for (int row = 0; row < Layout.Rows; row++)
        {
            Span<float> own = _initial.Span.Slice(row * Width, Width);
            if (state.IsEmpty) own.Clear();
            else state.Slice(row * stride, Width).CopyTo(own);
        }
    }

    public override void StoreState(Span<float> state, int stride)
    {
        for (int row = 0; row < Layout.Rows; row++)
            Output.Values.Slice(Layout.PositionOf(Layout.LengthOf(row) - 1, row) * Width, Width).CopyTo(state[(row * stride)..]);
    }

    public override void StoreStateGradient(Span<float> gradient, int stride)
    {
        for (int row = 0; row < Layout.Rows; row++) _carried.Span.Slice(row * Width, Width).CopyTo(gradient[(row * stride)..]);
    }

    public override void AfterStep(int t, int rows, ReadOnlySpan<float> output, int stride)
    {
        int first = Layout.FirstAt(t), keys = Memory.Features, units = States.Features;
        Span<float> joined = _joined.Span.Slice(first * Joined, rows * Joined), made = Output.Values.Slice(first * Width, rows * Width);
        Attention.TakeQueries(first, rows, output, stride);
        Attention.Forward(t, output, stride, joined, Joined);
        for (int row = 0; row < rows; row++) output.Slice(row * stride, units).CopyTo(joined[((row * Joined) + keys)..]);
        using var weight = _packed.UseForward();
        MatMul.MultiplyAddBias(joined, Joined, rows, weight.Matrix, _biasValues, made, Width);
        Tanh.Apply(made, made);
    }

    public override void BackwardAfterStep(int t, int rows, Span<float> hidden)
    {
        int first = Layout.FirstAt(t), keys = Memory.Features, units = States.Features;
        if (t < _last) Layout.Regroup(_carried.Span, Width, t + 1, t);
        Span<float> gradient = _gradients.Span.Slice(first * Width, rows * Width), joined = _joinedGradient.Span[..(rows * Joined)];
        Output.Gradient.Slice(first * Width, gradient.Length).CopyTo(gradient);
        Add.Into(gradient, _carried.Span[..gradient.Length]);
        ActivationFunction.Tanh.Differentiate(Output.Values.Slice(first * Width, gradient.Length), gradient);
        using (var weight = _packed.UseBackward()) MatMul.Multiply(gradient, Width, rows, weight.Matrix, joined, Joined);
        for (int row = 0; row < rows; row++) Add.Into(hidden.Slice(row * units, units), joined.Slice((row * Joined) + keys, units));
        Attention.Backward(t, States.Values[(first * units)..], units, joined, Joined, hidden, units);
        Attention.AddQueryGradient(first, rows, hidden, units);
    }

    public override void AddPreviousGradient(int t, int rows, Span<float> hidden)
    {
        // The previous state enters this step only through a, whose gradient BackwardRead carries.
    }

    public override void SumGradient(SumOrder order, ReadOnlySpan<float> gates, int gateStride, Span<float> gradient, int first)
    {
        base.SumGradient(order, gates, gateStride, gradient, first);
        if (Attention.Range.Length > 0) Attention.SumGradient(order, States.Values, States.Features, gradient[(Attention.Range.First - first)..]);
        var sum = LayoutSum.Of(order, Layout);
        sum.Transposed(
            _gradients.Span, Width, Width, sum.Operand(_joined.Span, Joined, Joined, gradient.Slice(_weight.Offset - first, _weight.Length)), default,
            gradient.Slice(_bias.Offset - first, _bias.Length));
    }

    protected override void Read(int t, int rows, ReadOnlySpan<float> previous, int stride, Span<float> values)
    {
        if (t == 0)
        {
            _initial.Span[..values.Length].CopyTo(values);
            return;
        }

        // Rows can only end, so the rows active now are those of the first step, in order, without the ended ones.
        for (int row = 0, i = 0; row < Layout.Rows; row++)
        {
            if (!Layout.IsActive(t, row)) continue;
            Output.Values.Slice(Layout.PositionOf(t - 1, row) * Width, Width).CopyTo(values[(i * Width)..]);
            i++;
        }
    }

    protected override void BackwardRead(int t, int rows, ReadOnlySpan<float> gradient) => gradient.CopyTo(_carried.Span);
}
