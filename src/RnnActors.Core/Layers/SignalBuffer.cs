using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// The memory of one signal between two passes: values and, while training, the loss's gradient with respect to them. Allocated once; several signals share the
/// memory of a gradient where each is dead before the next is written.
/// </summary>
public sealed class SignalBuffer
{
    private readonly AlignedBuffer? _values;
    private AlignedBuffer? _gradient;
    private readonly int[]? _tokens;
    private IStepGradients? _stepGradients;

    /// <summary>A signal whose rows have equal lengths.</summary>
    /// <param name="steps">T, or 1 where the signal is not a sequence.</param>
    /// <param name="capacity">The most rows, all of which are laid out.</param>
    /// <param name="needsGradient">False for the network's input, unless somebody asks for its gradient, and where nothing is trained.</param>
    public SignalBuffer(int steps, int capacity, Shape signal, bool needsGradient)
        : this(new SequenceLayout(steps, capacity), signal, needsGradient)
    {
    }

    /// <param name="layout">Where its rows' steps lie.</param>
    /// <param name="needsGradient">False for the network's input, unless somebody asks for its gradient, and where nothing is trained.</param>
    public SignalBuffer(SequenceLayout layout, Shape signal, bool needsGradient)
        : this(layout, signal)
    {
        if (needsGradient && !signal.IsTokens) _gradient = new AlignedBuffer(LengthOf(layout, signal));
    }

    /// <param name="gradient">Where the gradient is written: at least <see cref="LengthOf"/>; null where none is.</param>
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

    /// <summary>Where its rows' steps lie: shared by all signals of the same input's steps.</summary>
    public SequenceLayout Layout { get; }

    public int Features => Shape.Features;

    /// <summary>Values there are now.</summary>
    public int Length => Layout.Positions * Features;

    public bool HasGradient => _gradient is not null;

    /// <summary>A signal of values whose gradient is written over them, by what reads each value before.</summary>
    internal static SignalBuffer WithGradientInPlace(SequenceLayout layout, Shape signal)
    {
        var signalBuffer = new SignalBuffer(layout, signal);
        signalBuffer._gradient = signalBuffer._values;
        return signalBuffer;
    }

    /// <summary>The same values for another reader, which writes the gradient of its own to memory of its own.</summary>
    internal SignalBuffer ForAnotherReader() => new(this, HasGradient ? new AlignedBuffer(LengthOf(Layout, Shape)) : null);

    /// <summary>Elements of its values at most.</summary>
    internal static int LengthOf(SequenceLayout layout, Shape signal) => checked(layout.MaxPositions * signal.Features);

    /// <summary>(positions, F), or longer.</summary>
    public Span<float> Values => _values!.Span;

    /// <summary>As <see cref="Values"/>.</summary>
    public Span<float> Gradient => _gradient!.Span;

    /// <summary>What the values are rows of; null where they are computed.</summary>
    internal TokenLookup? Lookup { get; init; }

    /// <summary>Whether who reads the gradient reads it by <see cref="GradientAt"/>, each step once.</summary>
    internal bool IsReadByStep { get; init; }

    /// <summary>Offers to compute the gradient when it is read.</summary>
    /// <returns>Whether it will be; else it is to be written to <see cref="Gradient"/>.</returns>
    internal bool TakeStepGradients(IStepGradients source)
    {
        if (IsReadByStep) _stepGradients = source;
        return IsReadByStep;
    }

    /// <summary>(rows active, F): the gradient at time <paramref name="t"/>, until that of another step is asked for.</summary>
    internal ReadOnlySpan<float> GradientAt(int t)
    {
        int length = Layout.CountAt(t) * Features;
        if (_stepGradients is null) return Gradient.Slice(Layout.FirstAt(t) * Features, length);
        _stepGradients.Compute(t, Gradient[..length]);
        return Gradient[..length];
    }

    /// <summary>Whether it is another reader's view of the same tokens or values.</summary>
    internal bool SharesValuesWith(SignalBuffer other) => ReferenceEquals(_values, other._values) && ReferenceEquals(_tokens, other._tokens);

    /// <summary>(positions).</summary>
    public Span<int> Tokens => _tokens;
}
