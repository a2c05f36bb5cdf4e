using RnnActors.Core.Kernels.Memory;

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

    /// <param name="steps">T, or 1 where the signal is not a sequence.</param>
    /// <param name="capacity">The most rows.</param>
    /// <param name="needsGradient">False for the network's input, unless somebody asks for its gradient, and where nothing is trained.</param>
    public SignalBuffer(int steps, int capacity, Signal signal, bool needsGradient)
        : this(steps, capacity, signal)
    {
        if (needsGradient && !signal.IsTokens) _gradient = new AlignedBuffer(LengthOf(steps, capacity, signal));
    }

    /// <param name="gradient">Where the gradient is written: at least <see cref="LengthOf"/>; null where none is.</param>
    internal SignalBuffer(int steps, int capacity, Signal signal, AlignedBuffer? gradient)
        : this(steps, capacity, signal) => _gradient = gradient;

    private SignalBuffer(int steps, int capacity, Signal signal)
    {
        (Signal, Steps) = (signal, steps);
        int length = LengthOf(steps, capacity, signal);
        if (signal.IsTokens) _tokens = new int[length];
        else _values = new AlignedBuffer(length);
    }

    public Signal Signal { get; }

    public int Steps { get; }

    public int Features => Signal.Features;

    public bool HasGradient => _gradient is not null;

    /// <summary>A signal of values whose gradient is written over them, by what reads each value before.</summary>
    internal static SignalBuffer WithGradientInPlace(int steps, int capacity, Signal signal)
    {
        var signalBuffer = new SignalBuffer(steps, capacity, signal);
        signalBuffer._gradient = signalBuffer._values;
        return signalBuffer;
    }

    /// <summary>Elements of its values.</summary>
    internal static int LengthOf(int steps, int capacity, Signal signal) => checked(steps * capacity * signal.Features);

    /// <summary>(T, B, F), or longer: the strides follow the rows of the step at hand.</summary>
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

    /// <summary>(B, F): the gradient at time <paramref name="t"/>, until that of another step is asked for.</summary>
    internal ReadOnlySpan<float> GradientAt(int t, int rows)
    {
        int length = rows * Features;
        if (_stepGradients is null) return Gradient.Slice(t * length, length);
        _stepGradients.Compute(t, rows, Gradient[..length]);
        return Gradient[..length];
    }

    /// <summary>(T, B).</summary>
    public Span<int> Tokens => _tokens;
}
