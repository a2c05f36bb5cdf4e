using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Training.Transfer;

/// <summary>The place for the body of a frame.</summary>
public readonly struct FrameTarget
{
    private FrameTarget(Memory<float> block, string? refusal, bool isDiscarded) => (Block, Refusal, IsDiscarded) = (block, refusal, isDiscarded);

    private FrameTarget(GradientBuffer gradient, int first, int length)
        : this(gradient.Memory.Slice(first, length), null, false) => (Gradient, First) = (gradient, first);

    internal Memory<float> Block { get; }

    /// <summary>The buffer of which <see cref="Block"/> is a part, and its first index; null for other blocks.</summary>
    internal GradientBuffer? Gradient { get; }

    internal int First { get; }

    internal string? Refusal { get; }

    internal bool IsDiscarded { get; }

    /// <summary>Discards the body: its step is over.</summary>
    public static FrameTarget Discard => new(default, null, true);

    /// <param name="block">Memory for the whole transfer, of exactly its length; the channel writes the frame's part of it.</param>
    public static FrameTarget Into(Memory<float> block) => new(block, null, false);

    /// <summary>A part of a gradient, with its marks of zeros.</summary>
    /// <param name="first">A multiple of <see cref="FrameDescription.PageLength"/>.</param>
    public static FrameTarget Into(GradientBuffer gradient, int first, int length) => new(gradient, first, length);

    /// <summary>Ends the channel: the block was not expected.</summary>
    public static FrameTarget Refuse(string reason) => new(default, reason, false);
}

/// <summary>The place for a file that the peer sends.</summary>
public readonly struct FileTarget
{
    private FileTarget(string? path, string? refusal) => (Path, Refusal) = (path, refusal);

    internal string? Path { get; }

    internal string? Refusal { get; }

    /// <summary>Discards the file: it is already here.</summary>
    public static FileTarget Discard => default;

    /// <param name="path">The path of the complete file. Until then it lies in the same folder, under a name that ends in <c>.tmp</c>.</param>
    public static FileTarget Into(string path) => new(path, null);

    /// <summary>Ends the channel: the file was not requested.</summary>
    public static FileTarget Refuse(string reason) => new(null, reason);
}
