using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>A layer that shares an embedding's weight.</summary>
internal interface ITiedWeight
{
    /// <summary>Adds the weight's gradient from this layer's use of it, over one shard's rows.</summary>
    /// <param name="gradient">(V, F).</param>
    void AddGradient(ShardRows shard, Span<float> gradient);
}
