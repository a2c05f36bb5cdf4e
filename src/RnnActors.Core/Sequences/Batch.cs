namespace RnnActors.Core.Sequences;

/// <summary>
/// Some rows of a dataset, time-major and packed (<see cref="SequenceLayout"/>); with equal lengths the shape is (T, B, ·). The memory is allocated once, for
/// the maximum of rows. Either <see cref="Targets"/> or <see cref="Labels"/> is used.
/// </summary>
public sealed class Batch
{
    private readonly BatchInput[] _inputs;
    private readonly float[] _targets;
    private readonly int[] _labels;

    /// <summary>A batch with one input, whose rows all have the same length.</summary>
    /// <param name="steps">T.</param>
    /// <param name="capacity">The most rows.</param>
    public Batch(int steps, int capacity, Shape input, TargetShape target)
        : this([new BatchInput(input, new SequenceLayout(steps, capacity))], capacity, target)
    {
    }

    /// <param name="inputs">The inputs, in the model's order.</param>
    /// <param name="capacity">The most rows.</param>
    public Batch(IReadOnlyList<BatchInput> inputs, int capacity, TargetShape target)
    {
        (_inputs, Capacity, Target) = ([.. inputs], capacity, target);
        TargetLayout = target switch
        {
            { HasOwnLength: true } => new SequenceLayout(target.MaxLength, capacity, isRagged: true),
            { IsSequence: true } => _inputs[target.Axis].Layout,
            _ => new SequenceLayout(1, capacity),
        };
        _targets = target.IsLabels ? [] : new float[checked(TargetLayout.MaxPositions * target.Outputs)];
        _labels = target.IsLabels ? new int[TargetLayout.MaxPositions] : [];
        Rows = capacity;
    }

    public int Capacity { get; }

    public IReadOnlyList<BatchInput> AllInputs => _inputs;

    public TargetShape Target { get; }

    /// <summary>Where the targets lie: like the steps of an input, one per row, or as many labels as each row has.</summary>
    public SequenceLayout TargetLayout { get; }

    /// <summary>Steps T of the first input's longest row.</summary>
    public int Steps => _inputs[0].Layout.Steps;

    /// <summary>Steps that have a target: T, or 1 where rows have one target each.</summary>
    public int TargetSteps => TargetLayout.Steps;

    /// <summary>B. Setting it gives all rows the full length. For other lengths, fill the layouts afterwards.</summary>
    public int Rows
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
            foreach (var input in _inputs)
                if (!input.Layout.IsRagged) input.Layout.Fill(value);
            if (!TargetLayout.IsRagged) TargetLayout.Fill(value);
        }
    }

    /// <summary>(T, B, I): the first input's values.</summary>
    public Span<float> Inputs => _inputs[0].Values;

    /// <summary>(T, B): the first input's tokens.</summary>
    public Span<int> Tokens => _inputs[0].Tokens;

    /// <summary>(T or 1, B, O).</summary>
    public Span<float> Targets => _targets.AsSpan(0, _targets.Length == 0 ? 0 : TargetLayout.Positions * Target.Outputs);

    /// <summary>(T or 1, B).</summary>
    public Span<int> Labels => _labels.AsSpan(0, _labels.Length == 0 ? 0 : TargetLayout.Positions);
}
