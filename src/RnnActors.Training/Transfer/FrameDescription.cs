using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;

namespace RnnActors.Training.Transfer;

/// <summary>What a transfer is. All its frames carry it, and no other transfer under way may have the same.</summary>
/// <param name="Run">The run; for files, the file.</param>
/// <param name="Epoch">Of the coordinator; 0 for files.</param>
/// <param name="Step">0 for files.</param>
/// <param name="Shards">The node of the reduction tree, or the shards whose state it is; of parameters, none but the number of the part, counted from 0 in the step.</param>
/// <param name="First">Of parameters and gradients, the place in the whole vector that it begins at: a multiple of <see cref="PageLength"/>.</param>
public readonly record struct FrameDescription(FrameKind Kind, ContentHash Run, long Epoch = 0, long Step = 0, ShardRange Shards = default, int First = 0)
{
    /// <summary>Vectors are sent in parts, which begin at multiples of so many values.</summary>
    public const int PageLength = GradientBuffer.Alignment;

    public override string ToString() => Kind switch
    {
        FrameKind.Parameters => $"the parameters of step {Step}",
        FrameKind.Gradient => $"the gradient of {Shards} of step {Step}",
        FrameKind.State => $"the state of {Shards} of step {Step}",
        FrameKind.Message => $"a message of {Run}",
        _ => $"{Kind} {Run}",
    };
}

/// <summary>A part of a transfer: a frame of the channel without its body.</summary>
/// <param name="Offset">Where in the transfer its body begins, in bytes.</param>
/// <param name="Length">Bytes of its body.</param>
/// <param name="Total">Bytes of the whole transfer.</param>
public readonly record struct Frame(FrameDescription Transfer, long Offset, int Length, long Total)
{
    /// <summary>Whether the transfer is whole with this frame: the frames of a transfer come in order, without a gap.</summary>
    public bool IsLast => Offset + Length == Total;

    /// <summary>Whether the transfer can be a part of a vector of so many values: it begins where a page does, and ends within the vector.</summary>
    public bool IsPartOf(int length) =>
        Transfer.First >= 0 && Transfer.First % FrameDescription.PageLength == 0 && Total >= sizeof(float) && Total / sizeof(float) <= length - Transfer.First;
}
