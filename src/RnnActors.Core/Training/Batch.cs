using RnnActors.Core.Layers;

namespace RnnActors.Core.Training;

/// <summary>What a dataset's targets look like.</summary>
/// <param name="Outputs">Values a step; the number of classes where the targets are labels.</param>
/// <param name="IsSequence">A target for every step, or one for the row.</param>
/// <param name="IsLabels">Class labels in [0, Outputs), or values.</param>
public readonly record struct TargetSignal(int Outputs, bool IsSequence, bool IsLabels);

/// <summary>
/// Rows of a dataset, time-major: B rows of T steps. One of <see cref="Inputs"/> and <see cref="Tokens"/> is used, and one of <see cref="Targets"/> and
/// <see cref="Labels"/>. The memory is allocated once, for the most rows; <see cref="Rows"/> says how many are in it now, and strides follow it.
/// </summary>
public sealed class Batch(int steps, int capacity, Signal input, TargetSignal target)
{
    private readonly float[] _inputs = input.IsTokens ? [] : new float[steps * capacity * input.Features];
    private readonly int[] _tokens = input.IsTokens ? new int[steps * capacity] : [];
    private readonly float[] _targets = target.IsLabels ? [] : new float[(target.IsSequence ? steps : 1) * capacity * target.Outputs];
    private readonly int[] _labels = target.IsLabels ? new int[(target.IsSequence ? steps : 1) * capacity] : [];
    private int _rows = capacity;

    public int Steps { get; } = steps;

    public int Capacity { get; } = capacity;

    public Signal Input { get; } = input;

    public TargetSignal Target { get; } = target;

    /// <summary>Steps that have a target: T or 1.</summary>
    public int TargetSteps => Target.IsSequence ? Steps : 1;

    public int Rows
    {
        get => _rows;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            _rows = value;
        }
    }

    /// <summary>(T, B, I).</summary>
    public Span<float> Inputs => _inputs.AsSpan(0, _inputs.Length == 0 ? 0 : Steps * Rows * Input.Features);

    /// <summary>(T, B).</summary>
    public Span<int> Tokens => _tokens.AsSpan(0, _tokens.Length == 0 ? 0 : Steps * Rows);

    /// <summary>(T or 1, B, O).</summary>
    public Span<float> Targets => _targets.AsSpan(0, _targets.Length == 0 ? 0 : TargetSteps * Rows * Target.Outputs);

    /// <summary>(T or 1, B).</summary>
    public Span<int> Labels => _labels.AsSpan(0, _labels.Length == 0 ? 0 : TargetSteps * Rows);
}
