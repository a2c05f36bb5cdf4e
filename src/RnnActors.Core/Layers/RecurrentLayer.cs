using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// One recurrent layer in one direction; subclasses are the cells. The input's products of several steps are computed as one. Then each of these steps adds the
/// recurrent product and runs the cell, while the gates are still in the cache. The backward pass runs in reverse; the weights' gradients come at the end. Over
/// an embedding with few tokens the input's products are computed once per token, forward (<see cref="TokenProducts"/>) and backward
/// (<see cref="TokenGradients"/>). Where no gate reads the state there is no recurrent product, and the previous state's gradient comes from the cell alone.
/// </summary>
/// <remarks>
/// At each time only the active rows take part (<see cref="SequenceLayout"/>). Where the same rows were active a step before, the previous state is read where
/// that step wrote it. Where lengths are unequal, the states that a step reads are gathered first, in the order of its rows, and kept for the weights'
/// gradients.
/// </remarks>
internal abstract partial class RecurrentLayer
{
    /// <summary>
    /// Rows of the input that are multiplied at once, or those of one step where they are more. Enough rows to reuse a weight often once it is read, and few
    /// enough to keep the gates in the cache.
    /// </summary>
    private const int InputRows = 192;

    private readonly ParameterSlot? _biasInput, _biasRecurrent;
    private readonly ParameterSlot? _weightRecurrent;
    private readonly PackedWeight _packedInput;
    private readonly PackedWeight? _packedRecurrent;
    private readonly AlignedBuffer _hiddenGradient;
    private readonly AlignedBuffer? _read;
    private readonly RecurrentDropout? _dropout;
    private readonly WeightDropout? _weightDropout;
    private readonly TokenProducts? _tokens;
    private readonly TokenGradients? _tokenGradients;
    private readonly AlignedBuffer? _stateGradients;
    private PackedMatrix? _recurrent;
    private ReadOnlyMemory<float> _recurrentValues;
    private (ulong Seed, long Step)? _dropped;
    private bool _hasInitial;

    /// <param name="hasBiases">False for cells without biases.</param>
    protected RecurrentLayer(Recurrent spec, RecurrentPlace place, int gates, bool hasBiases = true)
    {
        Place = place;
        Layout = place.Layout;
        Direction = new Direction(Layout, place.Reverse);
        Units = spec.Units;
        GateWidth = gates * spec.Units;
        GateStride = gates > 1 ? MatMul.StrideFor(GateWidth) : GateWidth;
        var setup = place.Setup;
        WeightInput = Slot("weight_ih");
        if (hasBiases) _biasInput = Slot("bias_ih");
        _packedInput = setup.Pack(WeightInput, setup.Training && place.Input.HasGradient, gates);
        Width = spec.OutputUnits;
        if (spec.HasRecurrentProduct)
        {
            _weightRecurrent = Slot("weight_hh");
            if (hasBiases) _biasRecurrent = Slot("bias_hh");
            if (setup.Training && spec.WeightDropout > 0) _weightDropout = new WeightDropout(spec.WeightDropout, place.Id, _weightRecurrent);
            _packedRecurrent = setup.Pack(_weightRecurrent, setup.Training, gates, isOwn: _weightDropout is not null);
        }

        Place.Feed?.Attach(place, Slot("weight_fed"), gates);
        int capacity = setup.Capacity;
        Gates = new AlignedBuffer(checked(Layout.MaxPositions * GateStride));
        InitialHidden = new AlignedBuffer(capacity * Width);
        _hiddenGradient = new AlignedBuffer(capacity * Width);
        if (Layout.IsRagged) _read = new AlignedBuffer(checked(Layout.MaxPositions * Width));
        _tokens = TokenProducts.Create(place.Input, Units, GateWidth);
        if (place.Input.Lookup is { } lookup)
        {
            if (lookup.TakeShardGradients()) _tokenGradients = new TokenGradients(lookup, GateWidth);
            if (_tokens is not null && (!setup.Training || _tokenGradients is not null)) lookup.SkipValues();
        }

        Bias = new AlignedBuffer(GateWidth);
        RecurrentBias = new AlignedBuffer(GateWidth);
        if (setup is { Training: true, IsExplained: true }) _stateGradients = new AlignedBuffer(checked(Layout.MaxPositions * Width));
        if (setup.Training && (spec.RecurrentDropout > 0 || _weightDropout is not null))
            _dropout = new RecurrentDropout(spec.RecurrentDropout, place.Id, Width, Layout, _weightDropout?.Scale ?? 1);
    }

    /// <summary>Its parameters, in the order of the layout.</summary>
    public virtual ParameterRange Range
    {
        get
        {
            var own = ParameterRange.Covering(WeightInput, _biasRecurrent ?? _biasInput ?? WeightRecurrent);
            return Place.Feed is null ? own : own with { Length = Place.Feed.End - own.First };
        }
    }

    /// <summary>Floats of state per row: those of the output, and those of the cell where there is one.</summary>
    public int StateWidth => Width + CellWidth;

    /// <summary>Outputs per step: H, or fewer where they are projected.</summary>
    public int Width { get; }

    /// <summary>Floats of the cell state; 0 where there is none.</summary>
    public virtual int CellWidth => 0;

    /// <summary>Floats from a row's gates to the next row's.</summary>
    public int GateStride { get; }

    /// <summary>(gates · H, I).</summary>
    protected ParameterSlot WeightInput { get; }

    /// <summary>(gates · H, <see cref="Width"/>), where the cell has a recurrent product.</summary>
    protected ParameterSlot WeightRecurrent => _weightRecurrent!;

    protected RecurrentPlace Place { get; }

    protected SequenceLayout Layout { get; }

    protected Direction Direction { get; }

    /// <summary>H.</summary>
    protected int Units { get; }

    protected int GateWidth { get; }

    /// <summary>
    /// (positions, gates · H), rows <see cref="GateStride"/> apart: the gates. After the backward pass: the gradient with respect to the gates' arguments,
    /// before their activations.
    /// </summary>
    protected AlignedBuffer Gates { get; }

    /// <summary>(B, <see cref="Width"/>).</summary>
    protected AlignedBuffer InitialHidden { get; }

    /// <summary>(gates · H): the bias that the input's product starts with.</summary>
    protected AlignedBuffer Bias { get; }

    /// <summary>(gates · H): the recurrent bias, where the cell needs it separately.</summary>
    protected AlignedBuffer RecurrentBias { get; }

    public virtual void Prepare(ReadOnlyMemory<float> parameters)
    {
        _packedInput.Take(WeightInput.Of(parameters));
        if (_packedRecurrent is not null) _packedRecurrent.Take(_recurrentValues = WeightRecurrent.Of(parameters));
        _dropped = null;
        _biasInput?.Of(parameters.Span).CopyTo(Bias.Span);
        _biasRecurrent?.Of(parameters.Span).CopyTo(RecurrentBias.Span);
        CombineBiases();
        Place.Feed?.Prepare(parameters);
        _tokens?.Forget();
    }

    /// <param name="initial">The initial state of each row; empty for zeros.</param>
    /// <param name="final">Receives each row's state after its own last step, unless empty.</param>
    public void Forward(in PassContext context, StateRows initial, StateTarget final)
    {
        DropWeights(context);
        using var input = _packedInput.UseForward();
        using var recurrent = _packedRecurrent?.UseForward() ?? default;
        using var fed = Place.Feed?.UseForward() ?? default;
        _recurrent = recurrent.Matrix;
        int outputStride = Place.Output.Features, steps = Layout.Steps, multiplied = 0;
        _hasInitial = !initial.IsEmpty;
        Begin(initial);
        var dropout = context.Training ? _dropout : null;
        bool isLookedUp = _tokens?.Take(Layout.Positions, input.Matrix, Bias.Span) == true;
        if (!isLookedUp && Place.Input.Lookup is { SkipsValues: true } lookup) lookup.CopyTo(lookup.Tokens[..Layout.Positions], Place.Input.Values);
        dropout?.FillMask(context);
        Place.Feed?.BeginForward();
        for (int k = 0; k < steps; k++)
        {
            int t = Direction.TimeOf(k), rows = Layout.CountAt(t);
            if (k == multiplied)
            {
                int count = Direction.StepsFrom(k, InputRows);
                MultiplyInputs(Direction.PositionsFrom(k, count), input.Matrix, isLookedUp);
                multiplied += count;
            }

            bool hasPrevious = HasPrevious(k);
            if (Layout.IsRagged) Direction.Gather(k, Place.Output.Values[Place.OutputColumn..], outputStride, InitialHidden.Span, ReadAt(t), Width);
            ReadOnlySpan<float> previous = hasPrevious ? Previous(k, out int previousStride) : Nothing(out previousStride);
            ReadOnlySpan<float> read = previous;
            int readStride = previousStride;
            if (dropout is not null && (hasPrevious || Layout.IsRagged))
            {
                read = dropout.Drop(hasPrevious ? previous : ReadAt(t), hasPrevious ? previousStride : Width, t);
                readStride = Width;
            }

            Place.Feed?.Feed(t, rows, hasPrevious ? previous : InitialHidden.Span, hasPrevious ? previousStride : Width, GatesAt(t), GateStride);
            StepForward(k, rows, hasPrevious, read, readStride, previous, previousStride, OutputAt(t), outputStride);
            Place.Feed?.AfterStep(t, rows, OutputAt(t), outputStride);
        }

        if (!final.IsEmpty) StoreState(final);
    }

    /// <param name="finalGradient">The gradient with respect to each row's final state; empty for zeros.</param>
    /// <param name="initialGradient">Receives the gradient with respect to each row's initial state, unless empty.</param>
    /// <param name="accumulateInput">Whether the input's gradient is added to, since another direction has already written its own.</param>
    public void Backward(in PassContext context, StateRows finalGradient, StateTarget initialGradient, bool accumulateInput)
    {
        // Weights are acquired in the same order as in the forward pass, so that threads cannot deadlock.
        bool hasInputGradient = _packedInput.HasBackward && _tokenGradients is null;
        using var input = hasInputGradient ? _packedInput.UseBackward() : default;
        using var recurrent = _packedRecurrent?.UseBackward() ?? default;
        using var fed = Place.Feed?.UseBackward() ?? default;
        Place.Feed?.BeginBackward();
        int stride = Place.Output.Features, last = Layout.Steps - 1, pending = 0, pendingPositions = 0;
        Span<float> hidden = _hiddenGradient.Span;
        for (int k = last; k >= 0; k--)
        {
            int t = Direction.TimeOf(k), rows = Layout.CountAt(t);
            if (k == last)
            {
                BeginBackward(finalGradient);
            }
            else if (Layout.IsRagged)
            {
                if (!initialGradient.IsEmpty) StoreInitialGradient(k + 1, initialGradient);
                GoBack(k, finalGradient);
            }

            bool hasPrevious = HasPrevious(k);
            ReadOnlySpan<float> previous = hasPrevious ? Previous(k, out int previousStride) : Nothing(out previousStride);
            Place.Feed?.BackwardAfterStep(t, rows, hidden[..(rows * Width)]);
            ReadOnlySpan<float> output = Place.Output.GradientAt(t)[Place.OutputColumn..];
            if (_stateGradients is not null) KeepStateGradient(t, rows, hidden, output, stride);
            bool keepsDirect = StepBackward(k, rows, previous, previousStride, output, stride, hidden[..(rows * Width)]);
            Place.Feed?.Backward(t, rows, GatesAt(t), GateStride);
            (pending, pendingPositions) = (pending + 1, pendingPositions + rows);
            if (k == 0 || pendingPositions + Layout.CountAt(Direction.TimeOf(k - 1)) > InputRows)
            {
                if (hasInputGradient) MultiplyInputGradients(Direction.PositionsFrom(k, pending), input.Matrix, accumulateInput);
                (pending, pendingPositions) = (0, 0);
            }

            if (k == 0 && initialGradient.IsEmpty) break;
            if (_packedRecurrent is null) continue;
            ReadOnlySpan<float> gates = RecurrentGatesGradient(t);
            if (_dropout is null || !context.Training)
            {
                MatMul.Multiply(gates, GateStride, rows, recurrent.Matrix, hidden, Width, accumulate: keepsDirect);
                Place.Feed?.AddPreviousGradient(t, rows, hidden[..(rows * Width)]);
                continue;
            }

            Span<float> product = _dropout.Product(rows), sum = hidden[..product.Length];
            MatMul.Multiply(gates, GateStride, rows, recurrent.Matrix, product, Width);
            _dropout.Differentiate(product, t);
            if (keepsDirect) Add.Into(sum, product);
            else product.CopyTo(sum);
        }

        Place.Feed?.EndBackward();
        if (!initialGradient.IsEmpty && last >= 0) StoreInitialGradient(0, initialGradient);
    }

    /// <summary>The gates at time <paramref name="t"/>: (rows active, gates · H), rows <see cref="GateStride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected Span<float> GatesAt(int t) => Gates.Span.Slice(Layout.FirstAt(t) * GateStride, Layout.CountAt(t) * GateStride);

    protected ParameterSlot Slot(string name) => Place.Setup.Layout[Place.Setup.Prefix + name + Place.Suffix];

    /// <summary>A parameter's slice of this layer's gradient.</summary>
    protected Span<float> Of(Span<float> gradient, ParameterSlot slot) => gradient.Slice(slot.Offset - WeightInput.Offset, slot.Length);

    /// <summary>
    /// Whether there is a state before the <paramref name="k"/>-th step. In reverse, rows of unequal length begin at different steps, so there always is one,
    /// even if it is zeros.
    /// </summary>
    private bool HasPrevious(int k) => k > 0 || _hasInitial || (Layout.IsRagged && Place.Reverse);
}
