namespace RnnActors.Core.Kernels;

/// <summary>Memory in which a kernel puts its operands together. Each thread keeps its own, which grows to the most that was asked for, so steady work allocates nothing.</summary>
internal static class ThreadMemory
{
    /// <summary>Floats that it grows by at least: what it was before stays until it is collected, which takes long.</summary>
    private const int Growth = 1 << 18;

    [ThreadStatic]
    private static AlignedBuffer? _memory;

    /// <summary>Any content; valid until this thread asks again.</summary>
    public static Span<float> Take(int length)
    {
        if (_memory is null || _memory.Length < length) _memory = new AlignedBuffer(checked((length + Growth - 1) / Growth * Growth));
        return _memory.Span[..length];
    }
}
