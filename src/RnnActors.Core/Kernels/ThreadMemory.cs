namespace RnnActors.Core.Kernels;

/// <summary>Memory in which a kernel puts its operands together. Each thread keeps its own, which grows to the most that was asked for, so steady work allocates nothing.</summary>
internal static class ThreadMemory
{
    [ThreadStatic]
    private static AlignedBuffer? _memory;

    /// <summary>Any content; valid until this thread asks again.</summary>
    public static Span<float> Take(int length)
    {
        if (_memory is null || _memory.Length < length) _memory = new AlignedBuffer(length);
        return _memory.Span[..length];
    }
}
