using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// An LSTM with layer normalisation. Its gates are computed from LN(W·x(t)) + LN(U·h(t-1)); c(t) = LN(f∘c(t-1) + i∘g), which is carried, and h(t) =
/// o∘tanh(c(t)). There are no other biases. Ba, Kiros and Hinton 2016.
/// </summary>
internal sealed class NormalisedLstmLayer : CellStateLayer
{
    private readonly Normalisation _inputNorm, _recurrentNorm, _cellNorm;

    // Products: (positions, 4H), U·h and later its gradient. Sum: (B, 4H).
    private readonly AlignedBuffer _products, _sum;

    public NormalisedLstmLayer(Lstm spec, RecurrentPlace place)
        : base(spec, place, hasBiases: false)
    {
        Normalisation Norm(string name) =>
            new(Slot(name, ".weight"), Slot(name, ".bias"), Normalisation.DefaultEpsilon, Layout.MaxPositions, place.Setup.Training);
        (_inputNorm, _recurrentNorm, _cellNorm) = (Norm("norm_ih"), Norm("norm_hh"), Norm("norm_c"));
        _products = new AlignedBuffer(checked(Layout.MaxPositions * GateStride));
        _sum = new AlignedBuffer(place.Setup.Capacity * GateStride);
    }

    public override ParameterRange Range => base.Range with { Length = _cellNorm.Range.First + _cellNorm.Range.Length - base.Range.First };

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        base.Prepare(parameters);
        _inputNorm.Prepare(parameters);
        _recurrentNorm.Prepare(parameters);
        _cellNorm.Prepare(parameters);
    }

    public override void ComputeGradient(in PassContext context, SumOrder order, Span<float> gradient)
    {
        var sum = LayoutSum.Of(order, Layout);
        sum.Transposed(Gates.Span, GateStride, GateWidth, InputOperand(sum, Of(gradient, WeightInput)), default, []);
        sum.Transposed(_products.Span, GateStride, GateWidth, HiddenOperand(sum, Of(gradient, WeightRecurrent)), default, []);
        DropGradient(Of(gradient, WeightRecurrent));
        SumNorm(_inputNorm, sum, gradient);
        SumNorm(_recurrentNorm, sum, gradient);
        SumNorm(_cellNorm, sum, gradient);
        SumTokens(order, Of(gradient, WeightInput));
    }

    protected override void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride)
    {
        int t = Direction.TimeOf(k), first = Layout.FirstAt(t);
        ReadOnlySpan<float> before = CellBefore(k);
        Span<float> gates = GatesAt(t), products = _products.Span.Slice(first * GateStride, gates.Length), sum = _sum.Span[..gates.Length], cells = CellAt(t);
        products.Clear();
        if (hasPrevious) MultiplyRecurrent(read, readStride, rows, products);
        _inputNorm.Forward(first, rows, gates, GateStride, gates, GateStride);
        _recurrentNorm.Forward(first, rows, products, GateStride, sum, GateStride);
        Add.Into(gates, sum);
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = gates.Slice(row * GateStride, GateWidth), cell = cells.Slice(row * Units, Units);
            Span<float> i = own[..Units], f = own.Slice(Units, Units), g = own.Slice(2 * Units, Units), o = own.Slice(3 * Units, Units);
            Sigmoid.Apply(i, i);
            Sigmoid.Apply(f, f);
            Tanh.Apply(g, g);
            Sigmoid.Apply(o, o);
            for (int u = 0; u < Units; u++) cell[u] = (f[u] * before[(row * Units) + u]) + (i[u] * g[u]);
        }

        _cellNorm.Forward(first, rows, cells, Units, cells, Units);
        for (int row = 0; row < rows; row++)
        {
            Span<float> h = output.Slice(row * outputStride, Units);
            Tanh.Apply(cells.Slice(row * Units, Units), h);
            Multiply.Apply(h, gates.Slice((row * GateStride) + (3 * Units), Units), h);
        }
    }

    protected override bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        int t = Direction.TimeOf(k), first = Layout.FirstAt(t);
        ReadOnlySpan<float> before = CellBefore(k);
        Span<float> gates = GatesAt(t), cells = CellAt(t), carried = CellGradient[..(rows * Units)], tanh = _sum.Span[..Units];
        for (int row = 0; row < rows; row++)
        {
            Span<float> o = gates.Slice((row * GateStride) + (3 * Units), Units), dc = carried.Slice(row * Units, Units);
            Tanh.Apply(cells.Slice(row * Units, Units), tanh);
            for (int u = 0; u < Units; u++)
            {
                float dh = outputGradient[(row * stride) + u] + hidden[(row * Units) + u];
                dc[u] += dh * o[u] * (1 - (tanh[u] * tanh[u]));
                o[u] = dh * tanh[u] * o[u] * (1 - o[u]);
            }
        }

        _cellNorm.Backward(first, rows, carried, Units, carried, Units);
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = gates.Slice(row * GateStride, GateWidth), dc = carried.Slice(row * Units, Units);
            Span<float> i = own[..Units], f = own.Slice(Units, Units), g = own.Slice(2 * Units, Units);
            for (int u = 0; u < Units; u++)
            {
                float d = dc[u], input = i[u], candidate = g[u], forget = f[u];
                i[u] = d * candidate * input * (1 - input);
                f[u] = d * before[(row * Units) + u] * forget * (1 - forget);
                g[u] = d * input * (1 - (candidate * candidate));
                dc[u] = d * forget;
            }
        }

        _recurrentNorm.Backward(first, rows, gates, GateStride, _products.Span[(first * GateStride)..], GateStride);
        _inputNorm.Backward(first, rows, gates, GateStride, gates, GateStride);
        return false;
    }

    protected override ReadOnlySpan<float> RecurrentGatesGradient(int t) => _products.Span[(Layout.FirstAt(t) * GateStride)..];

    private void SumNorm(Normalisation norm, LayoutSum sum, Span<float> gradient) => norm.SumGradient(sum, gradient[(norm.Range.First - base.Range.First)..]);

    private ParameterSlot Slot(string name, string end) => Place.Setup.Layout[Place.Setup.Prefix + name + Place.Suffix + end];
}
