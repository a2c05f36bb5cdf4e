using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// One recurrent layer in one direction. The input's products of some steps are one product; then each of them adds the product of the state before it and runs
/// the cell, while the gates are still in the cache. Backward the same in reverse, and the weights' gradients at the end. Over an embedding of few tokens the input's products are each token's,
/// forward (<see cref="TokenProducts"/>) and backward (<see cref="TokenGradients"/>). Subclasses are the cells.
/// </summary>
internal abstract class RecurrentPass
{
    /// <summary>Rows of the input that are multiplied at once, at least a step's: so many that a weight once read is used often, and few enough that the gates stay near.</summary>
    private const int InputRows = 192;

    private readonly ParameterSlot _weightInput, _weightRecurrent, _biasInput, _biasRecurrent;
    private readonly PackedWeight _packedInput, _packedRecurrent;
    private readonly AlignedBuffer _hiddenGradient;
    private readonly RecurrentDropout? _dropout;
    private readonly TokenProducts? _tokens;
    private readonly TokenGradients? _tokenGradients;
    private PackedMatrix? _recurrent;

    protected RecurrentPass(Recurrent spec, RecurrentPlace place, int gates)
    {
        Place = place;
        Units = spec.Units;
        GateWidth = gates * spec.Units;
        GateStride = gates > 1 ? MatMul.StrideFor(GateWidth) : GateWidth;
        Steps = place.Input.Steps;
        var setup = place.Setup;
        ParameterSlot Slot(string name) => setup.Layout[setup.Prefix + name + place.Suffix];
        (_weightInput, _weightRecurrent, _biasInput, _biasRecurrent) = (Slot("weight_ih"), Slot("weight_hh"), Slot("bias_ih"), Slot("bias_hh"));
        _packedInput = setup.Pack(_weightInput, setup.Training && place.Input.HasGradient, gates);
        _packedRecurrent = setup.Pack(_weightRecurrent, setup.Training, gates);
        int capacity = setup.Capacity;
        Gates = new AlignedBuffer(checked(Steps * capacity * GateStride));
        InitialHidden = new AlignedBuffer(capacity * Units);
        _hiddenGradient = new AlignedBuffer(capacity * Units);
        _tokens = TokenProducts.Create(place.Input, Units, GateWidth);
        if (place.Input.Lookup is { } lookup)
        {
            if (lookup.TakeShardGradients()) _tokenGradients = new TokenGradients(lookup, Steps, GateWidth);
            if (_tokens is not null && (!setup.Training || _tokenGradients is not null)) lookup.LeaveValues();
        }

        Bias = new AlignedBuffer(GateWidth);
        RecurrentBias = new AlignedBuffer(GateWidth);
        if (setup.Training && spec.RecurrentDropout > 0) _dropout = new RecurrentDropout(spec.RecurrentDropout, place.Id, Units, Steps, capacity);
    }

    public ParameterRange Range => ParameterRange.Covering(_weightInput, _weightRecurrent, _biasInput, _biasRecurrent);

    /// <summary>Floats of state a row: H, and another H where the cell has a state beside its output.</summary>
    public abstract int StateWidth { get; }

    /// <summary>From a row's gates to the next one's.</summary>
    public int GateStride { get; }

    protected RecurrentPlace Place { get; }

    protected int Units { get; }

    protected int GateWidth { get; }

    protected int Steps { get; }

    /// <summary>(T, B, gates · H), rows <see cref="GateStride"/> apart: the gates, and after the backward pass the gradient with respect to them before their activations.</summary>
    protected AlignedBuffer Gates { get; }

    /// <summary>(B, H).</summary>
    protected AlignedBuffer InitialHidden { get; }

    /// <summary>(gates · H): what the input's product starts with.</summary>
    protected AlignedBuffer Bias { get; }

    /// <summary>(gates · H): the recurrent bias, where the cell needs it apart.</summary>
    protected AlignedBuffer RecurrentBias { get; }

    public void Prepare(ReadOnlyMemory<float> parameters)
    {
        _packedInput.Take(_weightInput.Of(parameters));
        _packedRecurrent.Take(_weightRecurrent.Of(parameters));
        _biasInput.Of(parameters.Span).CopyTo(Bias.Span);
        _biasRecurrent.Of(parameters.Span).CopyTo(RecurrentBias.Span);
        CombineBiases();
        _tokens?.Forget();
    }

    /// <param name="initialState">(B, <paramref name="stateStride"/>), this pass's state at its beginning.</param>
    public void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState, int stateStride)
    {
        using var input = _packedInput.UseForward();
        using var recurrent = _packedRecurrent.UseForward();
        _recurrent = recurrent.Matrix;
        int rows = context.Rows, features = Place.Input.Features, outputStride = Place.Output.Features;
        if (context.HasState) LoadState(initialState, stateStride, rows);
        var dropout = context.Training ? _dropout : null;
        bool isLookedUp = _tokens?.Take(Steps * rows, input.Matrix, Bias.Span) == true;
        if (!isLookedUp && Place.Input.Lookup is { LeavesValues: true } lookup) lookup.CopyTo(lookup.Tokens[..(Steps * rows)], Place.Input.Values);
        dropout?.FillMask(context);
        int together = Math.Max(1, InputRows / Math.Max(1, rows));
        for (int k = 0; k < Steps; k++)
        {
            int t = Time(k);
            if (k % together == 0)
            {
                var steps = StepsFrom(k, together, rows);
                if (isLookedUp) _tokens!.Copy(steps.First, steps.Count, Gates.Span, GateStride);
                else MatMul.MultiplyAddBias(Place.Input.Values[(steps.First * features)..], features, steps.Count, input.Matrix, Bias.Span, Gates.Span[(steps.First * GateStride)..], GateStride);
            }

            bool hasPrevious = k > 0 || context.HasState;
            ReadOnlySpan<float> previous = hasPrevious ? Previous(k, rows, out int previousStride) : Nothing(out previousStride);
            ReadOnlySpan<float> read = previous;
            int readStride = previousStride;
            if (dropout is not null && hasPrevious)
            {
                read = dropout.Drop(previous, previousStride, t, rows);
                readStride = Units;
            }

            StepForward(t, rows, hasPrevious, read, readStride, previous, previousStride, OutputAt(t, rows), outputStride);
        }

        if (!finalState.IsEmpty) StoreState(finalState, stateStride, rows);
    }

    /// <param name="accumulateInput">Whether another direction has written the input's gradient already.</param>
    public void Backward(in PassContext context, Span<float> initialStateGradient, int stateStride, bool accumulateInput)
    {
        // In the same order as forward, so that no two threads wait for each other.
        bool hasInputGradient = _packedInput.HasBackward && _tokenGradients is null;
        using var input = hasInputGradient ? _packedInput.UseBackward() : default;
        using var recurrent = _packedRecurrent.UseBackward();
        int rows = context.Rows, features = Place.Input.Features, stride = Place.Output.Features;
        int together = Math.Max(1, InputRows / Math.Max(1, rows));
        Span<float> hidden = _hiddenGradient.Span[..(rows * Units)];
        hidden.Clear();
        BeginBackward(rows);
        for (int k = Steps - 1; k >= 0; k--)
        {
            int t = Time(k);
            bool hasPrevious = k > 0 || context.HasState;
            ReadOnlySpan<float> previous = hasPrevious ? Previous(k, rows, out int previousStride) : Nothing(out previousStride);
            bool keepsDirect = StepBackward(
                t, k, rows, previous, previousStride, Place.Output.GradientAt(t, rows)[Place.OutputColumn..], stride, hidden);
            if (k % together == 0 && hasInputGradient)
            {
                var steps = StepsFrom(k, together, rows);
                MatMul.Multiply(
                    Gates.Span[(steps.First * GateStride)..], GateStride, steps.Count, input.Matrix, Place.Input.Gradient[(steps.First * features)..], features, accumulateInput);
            }

            if (k == 0 && initialStateGradient.IsEmpty) break;
            ReadOnlySpan<float> gates = RecurrentGatesGradient(t, rows);
            if (_dropout is null)
            {
                MatMul.Multiply(gates, GateStride, rows, recurrent.Matrix, hidden, Units, accumulate: keepsDirect);
                continue;
            }

            Span<float> product = _dropout.Product(rows);
            MatMul.Multiply(gates, GateStride, rows, recurrent.Matrix, product, Units);
            _dropout.Differentiate(product);
            if (keepsDirect) Add.Into(hidden, product);
            else product.CopyTo(hidden);
        }

        if (!initialStateGradient.IsEmpty) StoreStateGradient(hidden, initialStateGradient, stateStride, rows);
    }

    /// <summary>After the backward pass, and as often as there are nodes to be summed.</summary>
    /// <param name="gradient">From the first of this pass's parameters on.</param>
    public void ComputeGradient(in PassContext context, SumOrder order, Span<float> gradient)
    {
        int rows = context.Rows, features = Place.Input.Features, group = rows * GateStride;
        ReadOnlySpan<float> gates = Gates.Span, last = LastProductGradient;
        Span<float> Of(Span<float> all, ParameterSlot slot) => all.Slice(slot.Offset - _weightInput.Offset, slot.Length);
        Span<float> input = Of(gradient, _weightInput), recurrent = Of(gradient, _weightRecurrent);
        Span<float> biasInput = Of(gradient, _biasInput), biasRecurrent = Of(gradient, _biasRecurrent);
        int shared = last.IsEmpty ? GateWidth : GateWidth - Units, rest = GateWidth - shared;
        MatMul.SumTransposed(
            order, gates, GateStride, group, Steps, shared, InputOperand(rows, input[..(shared * features)]), HiddenOperand(context, recurrent[..(shared * Units)]), biasInput[..shared], Spare);
        biasInput[..shared].CopyTo(biasRecurrent);
        if (rest > 0)
        {
            MatMul.SumTransposed(order, gates[shared..], GateStride, group, Steps, rest, InputOperand(rows, input[(shared * features)..]), default, biasInput[shared..], Spare);
            MatMul.SumTransposed(order, last, Units, rows * Units, Steps, rest, HiddenOperand(context, recurrent[(shared * Units)..]), default, biasRecurrent[shared..], Spare);
        }

        if (_tokenGradients is null) return;
        using var weight = _packedInput.UseBackward();
        _tokenGradients.Sum(order, rows, gates, GateStride, weight.Matrix, input, Place.Reverse, Spare);
    }

    /// <summary>
    /// (T, B, H): the gradient with respect to the last gate's recurrent product, where it is another than that with respect to the gate; empty where it is the same.
    /// That of the other gates always is.
    /// </summary>
    protected virtual ReadOnlySpan<float> LastProductGradient => [];

    /// <summary>Memory that nothing reads between a backward pass and the next forward pass. The weights' gradients put their operands together there.</summary>
    protected virtual Span<float> Spare => [];

    /// <summary>Floats that <see cref="Spare"/> has use for where the tokens' gradients are summed.</summary>
    protected int MostTokenSums => _tokenGradients?.LengthFor(Place.Setup.Capacity / Place.Setup.ShardRows) ?? 0;

    /// <summary>Where both biases only ever add up, they are added once.</summary>
    protected virtual void CombineBiases() => Add.Into(Bias.Span, RecurrentBias.Span);

    /// <summary>Adds the recurrent product and runs the cell at time <paramref name="t"/>.</summary>
    /// <param name="read">(B, H): the state before, as the product reads it (with values dropped).</param>
    /// <param name="previous">(B, H): the state before.</param>
    /// <param name="output">(B, H), rows <paramref name="outputStride"/> apart.</param>
    protected abstract void StepForward(
        int t, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride, Span<float> output, int outputStride);

    /// <summary>Whatever the cell carries backward starts from zero.</summary>
    protected virtual void BeginBackward(int rows)
    {
    }

    /// <summary>
    /// Turns the gates at time <paramref name="t"/> into their gradients. Returns whether <paramref name="hidden"/> then holds a gradient that reached the state
    /// before directly, to which the recurrent product's is added.
    /// </summary>
    /// <param name="k">How many steps come before it in this direction.</param>
    /// <param name="outputGradient">(B, H), rows <paramref name="stride"/> apart.</param>
    /// <param name="hidden">(B, H): the gradient that comes from the step after.</param>
    protected abstract bool StepBackward(
        int t, int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden);

    /// <summary>(B, gates · H), rows <see cref="GateStride"/> apart: the gradient with respect to the recurrent product at time <paramref name="t"/>, after the cell's step there.</summary>
    protected virtual ReadOnlySpan<float> RecurrentGatesGradient(int t, int rows) => Gates.Span[(t * rows * GateStride)..];

    protected virtual void LoadState(ReadOnlySpan<float> state, int stride, int rows) => CopyRows(state, stride, InitialHidden.Span, Units, rows);

    protected virtual void StoreState(Span<float> state, int stride, int rows) =>
        CopyRows(OutputAt(Time(Steps - 1), rows), Place.Output.Features, state, stride, rows);

    protected virtual void StoreStateGradient(ReadOnlySpan<float> hidden, Span<float> gradient, int stride, int rows) =>
        CopyRows(hidden, Units, gradient, stride, rows);

    /// <summary>The gates at time <paramref name="t"/>: (B, gates · H), rows <see cref="GateStride"/> apart.</summary>
    protected Span<float> GatesAt(int t, int rows) => Gates.Span.Slice(t * rows * GateStride, rows * GateStride);

    protected void MultiplyRecurrent(ReadOnlySpan<float> read, int readStride, int rows, Span<float> gates) =>
        MatMul.Multiply(read, readStride, rows, _recurrent!, gates, GateStride, accumulate: true);

    protected void MultiplyRecurrentWithBias(ReadOnlySpan<float> read, int readStride, int rows, Span<float> gates) =>
        MatMul.MultiplyAddBias(read, readStride, rows, _recurrent!, RecurrentBias.Span, gates, GateStride);

    protected void CopyRows(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int rows)
    {
        if (sourceStride == Units && targetStride == Units)
        {
            source[..(rows * Units)].CopyTo(target);
            return;
        }

        for (int row = 0; row < rows; row++)
            source.Slice(row * sourceStride, Units).CopyTo(target.Slice(row * targetStride, Units));
    }

    /// <summary>The time of the <paramref name="k"/>-th step in this direction.</summary>
    protected int Time(int k) => Place.Reverse ? Steps - 1 - k : k;

    /// <summary>The rows of up to <paramref name="count"/> steps that follow the <paramref name="k"/>-th in this direction, itself included.</summary>
    private (int First, int Count) StepsFrom(int k, int count, int rows)
    {
        count = Math.Min(count, Steps - k);
        return ((Place.Reverse ? Steps - k - count : k) * rows, count * rows);
    }

    private static ReadOnlySpan<float> Nothing(out int stride)
    {
        stride = 0;
        return [];
    }

    private Span<float> OutputAt(int t, int rows) => Place.Output.Values[((t * rows * Place.Output.Features) + Place.OutputColumn)..];

    private ReadOnlySpan<float> Previous(int k, int rows, out int stride)
    {
        stride = k == 0 ? Units : Place.Output.Features;
        return k == 0 ? InitialHidden.Span : OutputAt(Time(k - 1), rows);
    }

    /// <summary>What the input's product read; nothing where the tokens' gradients are summed first.</summary>
    /// <param name="target">(gates, I): the weight's gradient.</param>
    private JointOperand InputOperand(int rows, Span<float> target)
    {
        if (_tokenGradients is not null) return default;
        int features = Place.Input.Features;
        return new JointOperand(Place.Input.Values, features, rows * features, features, 0, Steps, target);
    }

    /// <summary>What the recurrent product read: every step but the first the output before it, the first the initial state, where there is one.</summary>
    /// <param name="target">(gates, H): the weight's gradient.</param>
    private JointOperand HiddenOperand(in PassContext context, Span<float> target)
    {
        int rows = context.Rows, stride = Units, group = rows * Units, initialTime = Time(0);
        ReadOnlySpan<float> read, initial;
        if (_dropout is not null)
        {
            ReadOnlySpan<float> dropped = _dropout.States;
            read = dropped[(Place.Reverse ? 0 : Math.Min(group, dropped.Length))..];
            initial = dropped[(initialTime * group)..];
        }
        else
        {
            // Forward, step t ≥ 1 reads the output at t - 1; in reverse, step t ≤ T - 2 reads the output at t + 1.
            stride = Place.Output.Features;
            read = Place.Output.Values[(((Place.Reverse && Steps > 1 ? rows : 0) * stride) + Place.OutputColumn)..];
            initial = InitialHidden.Span;
        }

        var (from, to) = Place.Reverse ? (0, Steps - 1) : (1, Steps);
        return new JointOperand(read, stride, rows * stride, Units, from, to, target)
        {
            Later = context.HasState ? initial : [],
            LaterStride = Units,
            LaterGroup = initialTime,
        };
    }
}
