using System.IO.Hashing;
using System.Runtime.InteropServices;
using RnnActors.Core.Objectives;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Worker;

/// <summary>
/// The hash of a worker's result for a tree node: the gradient, the losses, the final states. The gradient is hashed page by page and the hashes are added, so
/// the cuts into parts and their order do not matter. Each part is hashed before it is handed over.
/// </summary>
internal struct SumHash
{
    public ulong Value { get; private set; }

    /// <summary>Adds a part of the gradient.</summary>
    /// <param name="first">
    /// The first index of the part, a multiple of <see cref="FrameDescription.PageLength"/>. The part ends at such a multiple too, or at the gradient's end.
    /// </param>
    public void AddGradient(int first, ReadOnlySpan<float> part)
    {
        for (int begin = 0; begin < part.Length; begin += FrameDescription.PageLength)
        {
            int length = Math.Min(FrameDescription.PageLength, part.Length - begin);
            Value += XxHash3.HashToUInt64(MemoryMarshal.AsBytes(part.Slice(begin, length)), first + begin);
        }
    }

    /// <summary>Adds the losses of the node.</summary>
    /// <param name="notFinite">The first of its shards whose loss is not a finite number.</param>
    public void AddLoss(in LossSum loss, int? notFinite)
    {
        ReadOnlySpan<long> words =
        [
            BitConverter.DoubleToInt64Bits(loss.Sum), loss.Count, loss.Correct, loss.Weight is { } weight ? BitConverter.DoubleToInt64Bits(weight) : -1,
            notFinite ?? -1,
        ];
        Value += XxHash3.HashToUInt64(MemoryMarshal.AsBytes(words), -1);
    }

    /// <summary>Adds the final states of the node's rows.</summary>
    public void AddState(ReadOnlySpan<float> states) => Value += XxHash3.HashToUInt64(MemoryMarshal.AsBytes(states), -2);
}
