using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>Identifies a transfer: all its frames carry it, and no two transfers under way are equal.</summary>
/// <param name="Run">The run; for files, the file.</param>
/// <param name="Epoch">The coordinator's epoch; 0 for files.</param>
/// <param name="Step">The step; for parameters their <see cref="Protocol.ParametersVersion"/>; 0 for files.</param>
/// <param name="Shards">For gradients the tree node, for states their shards; otherwise empty.</param>
/// <param name="First">For parameters and gradients, the first index in the vector: a multiple of <see cref="PageLength"/>.</param>
/// <param name="Part">For parameters, the number of the part, counted from 0 in each step; otherwise 0.</param>
public readonly record struct FrameDescription(
    FrameKind Kind, ContentHash Run, long Epoch = 0, long Step = 0, ShardRange Shards = default, int First = 0, int Part = 0)
{
    /// <summary>Parts of a vector begin at multiples of this number of values.</summary>
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

/// <summary>A frame of a transfer, without its body.</summary>
/// <param name="Offset">Where in the transfer its body begins, in bytes.</param>
/// <param name="Length">Bytes of its body.</param>
/// <param name="Total">Bytes of the whole transfer.</param>
public readonly record struct Frame(FrameDescription Transfer, long Offset, int Length, long Total)
{
    /// <summary>Whether it completes the transfer: frames come in order, without a gap.</summary>
    public bool IsLast => Offset + Length == Total;

    /// <summary>Whether the transfer fits in a vector of this length: it begins at a page and ends within the vector.</summary>
    public bool IsPartOf(int length) =>
        Transfer.First >= 0 && Transfer.First % FrameDescription.PageLength == 0 && Total >= sizeof(float) && Total / sizeof(float) <= length - Transfer.First;
}
