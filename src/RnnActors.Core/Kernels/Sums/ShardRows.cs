namespace RnnActors.Core.Kernels.Sums;

/// <summary>A shard's rows in a pass: consecutive rows whose sum is complete before it is added to others.</summary>
/// <param name="First">Index of the first row in the pass.</param>
/// <param name="Count">Number of rows; may be 0.</param>
public readonly record struct ShardRows(int First, int Count);
