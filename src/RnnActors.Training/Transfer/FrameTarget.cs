using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Training.Transfer;

/// <summary>Where the body of a frame goes.</summary>
public readonly struct FrameTarget
{
    private FrameTarget(Memory<float> block, string? refusal, bool isDiscarded) => (Block, Refusal, IsDiscarded) = (block, refusal, isDiscarded);

    private FrameTarget(GradientBuffer gradient, int first, int length)
        : this(gradient.Memory.Slice(first, length), null, false) => (Gradient, First) = (gradient, first);

    internal Memory<float> Block { get; }

    /// <summary>Of which <see cref="Block"/> is a part, and where that begins; null for a block of another kind.</summary>
    internal GradientBuffer? Gradient { get; }

    internal int First { get; }

    internal string? Refusal { get; }

    internal bool IsDiscarded { get; }

    /// <summary>Read it and throw it away: it belongs to a step that is over.</summary>
    public static FrameTarget Discard => new(default, null, true);

    /// <param name="block">Memory for the whole transfer; the channel writes the frame's part of it. Another length than the transfer's ends the channel.</param>
    public static FrameTarget Into(Memory<float> block) => new(block, null, false);

    /// <summary>A part of a gradient, with which goes what is known of zeros.</summary>
    /// <param name="first">A multiple of <see cref="FrameDescription.PageLength"/>.</param>
    public static FrameTarget Into(GradientBuffer gradient, int first, int length) => new(gradient, first, length);

    /// <summary>End the channel: the other side does not keep to the protocol.</summary>
    public static FrameTarget Refuse(string reason) => new(default, reason, false);
}

/// <summary>Where a file goes that the other side sends.</summary>
public readonly struct FileTarget
{
    private FileTarget(string? path, string? refusal) => (Path, Refusal) = (path, refusal);

    internal string? Path { get; }

    internal string? Refusal { get; }

    /// <summary>Read it and throw it away: it is there already.</summary>
    public static FileTarget Discard => default;

    /// <param name="path">The file's name when it is whole. Until then it lies beside it, under a name that ends in <c>.tmp</c>.</param>
    public static FileTarget Into(string path) => new(path, null);

    /// <summary>End the channel: nobody asked for this file.</summary>
    public static FileTarget Refuse(string reason) => new(null, reason);
}
