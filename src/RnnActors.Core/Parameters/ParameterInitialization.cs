using System.Collections.Concurrent;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Parameters;

/// <summary>Makes initial parameters. Each value depends only on the seed, the parameter's index and the value's index in it.</summary>
public static class ParameterInitialization
{
    /// <summary>Overwrites every parameter of the block; the gaps between them stay as they are. Runs on all cores.</summary>
    public static void Fill(ParameterLayout layout, Memory<float> block, ulong seed)
    {
        List<Action> pieces = [];
        for (int i = 0; i < layout.Slots.Count; i++)
        {
            var slot = layout.Slots[i];
            pieces.AddRange(slot.Start.Pieces(block.Slice(slot.Offset, slot.Length), PhiloxKey.Of(seed, RandomPurpose.InitialWeights, layer: i)));
        }

        Parallel.ForEach(Partitioner.Create(pieces, EnumerablePartitionerOptions.NoBuffering), piece => piece());
    }
}
