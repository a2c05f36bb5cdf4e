using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// The memory of one signal between two layers: its values and, while training, the loss's gradient with respect to them. It is allocated once. Several signals
/// share the memory of a gradient where each is dead before the next is written.
/// </summary>
public sealed class SignalBuffer
{
    private readonly AlignedBuffer? _values;
    private AlignedBuffer? _gradient;
    private readonly int[]? _tokens;
    private IStepGradients? _stepGradients;

    /// <summary>A signal whose rows have equal lengths.</summary>
    /// <param name="steps">T, or 1 where the signal is not a sequence.</param>
    /// <param name="capacity">The most rows; all are laid out.</param>
    /// <param name="needsGradient">False without training, and for the network's input unless its gradient is wanted.</param>
    public SignalBuffer(int steps, int capacity, Shape signal, bool needsGradient)
        : this(new SequenceLayout(steps, capacity), signal, needsGradient)
    {
    }

    /// <param name="layout">Where the rows' steps lie in memory.</param>
    /// <param name="needsGradient">False without training, and for the network's input unless its gradient is wanted.</param>
    public SignalBuffer(SequenceLayout layout, Shape signal, bool needsGradient)
        : this(layout, signal)
    {
        if (needsGradient && !signal.IsTokens) _gradient = new AlignedBuffer(LengthOf(layout, signal));
    }

    /// <param name="gradient">Memory for the gradient, at least <see cref="LengthOf"/>; null for none.</param>
    internal SignalBuffer(SequenceLayout layout, Shape signal, AlignedBuffer? gradient)
        : this(layout, signal) => _gradient = gradient;

    private SignalBuffer(SequenceLayout layout, Shape signal)
    {
        (Shape, Layout) = (signal, layout);
        int length = LengthOf(layout, signal);
        if (signal.IsTokens) _tokens = new int[length];
        else _values = new AlignedBuffer(length);
    }

    private SignalBuffer(SignalBuffer values, AlignedBuffer? gradient)
    {
        (Shape, Layout) = (values.Shape, values.Layout);
        (_values, _tokens, _gradient) = (values._values, values._tokens, gradient);
    }

    public Shape Shape { get; }

    /// <summary>Where the rows' steps lie in memory. Signals with the steps of the same input share it.</summary>
    public SequenceLayout Layout { get; }

    public int Features => Shape.Features;

    /// <summary>The current number of values.</summary>
    public int Length => Layout.Positions * Features;

    public bool HasGradient => _gradient is not null;

    /// <summary>A signal whose gradient overwrites its values: its reader must read each value before it writes that gradient.</summary>
    internal static SignalBuffer WithGradientInPlace(SequenceLayout layout, Shape signal)
    {
        var signalBuffer = new SignalBuffer(layout, signal);
        signalBuffer._gradient = signalBuffer._values;
        return signalBuffer;
    }

    /// <summary>The same values for another reader, with a gradient buffer of its own.</summary>
    internal SignalBuffer ForAnotherReader() => new(this, HasGradient ? new AlignedBuffer(LengthOf(Layout, Shape)) : null);

    /// <summary>The most values that the signal can have.</summary>
    internal static int LengthOf(SequenceLayout layout, Shape signal) => checked(layout.MaxPositions * signal.Features);

    /// <summary>(positions, F); the memory may be longer.</summary>
    public Span<float> Values => _values!.Span;

    /// <summary>As <see cref="Values"/>.</summary>
    public Span<float> Gradient => _gradient!.Span;

    /// <summary>Set where the values are rows of an embedding's weight; null where they are computed.</summary>
    internal TokenLookup? Lookup { get; init; }

    /// <summary>Whether the signal's producer reads the gradient with <see cref="GradientAt"/>, each step once.</summary>
    internal bool IsReadByStep { get; init; }

    /// <summary>Offers to compute the gradient step by step when it is read.</summary>
    /// <returns>Whether the offer is taken; if not, the whole gradient must be written to <see cref="Gradient"/>.</returns>
    internal bool TakeStepGradients(IStepGradients source)
    {
        if (IsReadByStep) _stepGradients = source;
        return IsReadByStep;
    }

    /// <summary>(rows active, F): the gradient at time <paramref name="t"/>, valid until the next call.</summary>
    internal ReadOnlySpan<float> GradientAt(int t)
    {
        int length = Layout.CountAt(t) * Features;
        if (_stepGradients is null) return Gradient.Slice(Layout.FirstAt(t) * Features, length);
        _stepGradients.Compute(t, Gradient[..length]);
        return Gradient[..length];
    }

    /// <summary>Whether both are views of the same tokens or values, for different readers.</summary>
    internal bool SharesValuesWith(SignalBuffer other) => ReferenceEquals(_values, other._values) && ReferenceEquals(_tokens, other._tokens);

    /// <summary>(positions).</summary>
    public Span<int> Tokens => _tokens;
}
