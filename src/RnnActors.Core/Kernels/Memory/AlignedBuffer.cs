namespace RnnActors.Core.Kernels.Memory;

/// <summary>
/// A float32 buffer that starts at a multiple of 64 bytes (a cache line, an AVX-512 vector). It lies on the pinned object heap, so it never moves and needs no
/// disposal. New buffers are zero.
/// </summary>
public sealed class AlignedBuffer
{
    /// <summary>The alignment, in bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Floats that may be read past the end, so that the last vector of a row can be loaded whole.</summary>
    internal const int Slack = 16;

    private readonly float[] _array;
    private readonly int _start;

    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _array = GC.AllocateArray<float>(length + (Alignment / sizeof(float)) + Slack, pinned: true);
        _start = FirstAligned(_array);
        AskForHugePages(_array);
    }

    public int Length { get; }

    public Span<float> Span => _array.AsSpan(_start, Length);

    public Memory<float> Memory => _array.AsMemory(_start, Length);

    private static unsafe void AskForHugePages(float[] array)
    {
        fixed (float* p = array) HugePages.Ask(p, array.LongLength * sizeof(float));
    }

    private static unsafe int FirstAligned(float[] array)
    {
        fixed (float* p = array) return (int)((Alignment - ((nuint)p % Alignment)) % Alignment / sizeof(float));
    }
}
