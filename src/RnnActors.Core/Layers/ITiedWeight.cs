using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>A layer that uses an embedding's weight too.</summary>
internal interface ITiedWeight
{
    /// <summary>Adds the weight's gradient by this use over one shard's rows.</summary>
    /// <param name="gradient">(V, F).</param>
    void AddGradient(ShardRows shard, Span<float> gradient);
}
