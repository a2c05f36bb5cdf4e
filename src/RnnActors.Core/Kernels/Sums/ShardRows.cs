namespace RnnActors.Core.Kernels.Sums;

/// <summary>Neighbouring rows that are summed by themselves before they are added to others: a shard of a pass.</summary>
/// <param name="First">The first row, counted in the pass.</param>
/// <param name="Count">Rows; may be 0.</param>
public readonly record struct ShardRows(int First, int Count);
