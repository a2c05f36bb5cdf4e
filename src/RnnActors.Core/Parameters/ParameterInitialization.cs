using System.Collections.Concurrent;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Parameters;

/// <summary>Makes the values that training starts from. Each depends on the seed, the parameter's number and its place alone.</summary>
public static class ParameterInitialization
{
    /// <summary>Writes over every parameter of the block; the gaps stay as they are. Works on as many cores as there are.</summary>
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
