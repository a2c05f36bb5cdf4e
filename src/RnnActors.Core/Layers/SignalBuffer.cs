using RnnActors.Core.Kernels;

namespace RnnActors.Core.Layers;

/// <summary>The memory of one signal between two passes: values and, while training, the loss's gradient with respect to them. Allocated once.</summary>
public sealed class SignalBuffer
{
    private readonly AlignedBuffer? _values;
    private readonly AlignedBuffer? _gradient;
    private readonly int[]? _tokens;

    /// <param name="steps">T, or 1 where the signal is not a sequence.</param>
    /// <param name="capacity">The most rows.</param>
    /// <param name="needsGradient">False for the network's input, unless somebody asks for its gradient, and where nothing is trained.</param>
    public SignalBuffer(int steps, int capacity, Signal signal, bool needsGradient)
    {
        Signal = signal;
        Steps = steps;
        int length = checked(steps * capacity * signal.Features);
        if (signal.IsTokens) _tokens = new int[length];
        else _values = new AlignedBuffer(length);
        if (needsGradient && !signal.IsTokens) _gradient = new AlignedBuffer(length);
    }

    public Signal Signal { get; }

    public int Steps { get; }

    public int Features => Signal.Features;

    public bool HasGradient => _gradient is not null;

    /// <summary>(T, B, F), or longer: the strides follow the rows of the step at hand.</summary>
    public Span<float> Values => _values!.Span;

    /// <summary>As <see cref="Values"/>.</summary>
    public Span<float> Gradient => _gradient!.Span;

    /// <summary>(T, B).</summary>
    public Span<int> Tokens => _tokens;
}
