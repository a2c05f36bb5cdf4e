using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>What an objective evaluates: some rows of a pass, with the model's outputs and the targets.</summary>
/// <param name="outputs">(positions of the pass, <paramref name="width"/>), before any softmax.</param>
/// <param name="layout">Where the steps of the outputs lie in memory.</param>
/// <param name="targets">(target positions, target width); empty where the targets are labels.</param>
/// <param name="labels">(target positions); empty where the targets are values.</param>
/// <param name="targetLayout">Where the steps of the targets lie: the outputs' layout, or another where targets have lengths of their own.</param>
/// <param name="rows">Which rows of the pass.</param>
public readonly ref struct ObjectiveRows(
    ReadOnlySpan<float> outputs, int width, SequenceLayout layout, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int targetWidth,
    SequenceLayout targetLayout, ShardRows rows)
{
    public ReadOnlySpan<float> Outputs { get; } = outputs;

    /// <summary>Outputs per step.</summary>
    public int Width => width;

    public SequenceLayout Layout => layout;

    public ReadOnlySpan<float> Targets { get; } = targets;

    public ReadOnlySpan<int> Labels { get; } = labels;

    /// <summary>Target values per step.</summary>
    public int TargetWidth => targetWidth;

    public SequenceLayout TargetLayout => targetLayout;

    public ShardRows Rows => rows;
}
