using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>
/// A thread's scratch memory, in which kernels pack their operands. It grows to the largest request, so steady work allocates nothing. It is native memory:
/// when it grows, the old block is freed at once instead of waiting for a garbage collection.
/// </summary>
internal sealed unsafe class ThreadMemory
{
    /// <summary>Floats by which it grows at least.</summary>
    private const int Growth = 1 << 18;

    [ThreadStatic]
    private static ThreadMemory? _ofThread;

    private float* _start;
    private int _length;

    private ThreadMemory()
    {
    }

    ~ThreadMemory() => Free();

    /// <summary>Uninitialised floats, valid until this thread's next call.</summary>
    public static Span<float> Take(int length)
    {
        var memory = _ofThread ??= new ThreadMemory();
        if (memory._length < length) memory.Grow(checked((length + Growth - 1) / Growth * Growth));
        return new Span<float>(memory._start, length);
    }

    /// <summary>Frees this thread's memory, after work that does not come again.</summary>
    public static void GiveBack() => _ofThread?.Free();

    private static long BytesOf(int length) => (length + (long)AlignedBuffer.Slack) * sizeof(float);

    private void Grow(int length)
    {
        Free();
        _start = (float*)NativeMemory.AlignedAlloc((nuint)BytesOf(length), HugePages.Size);
        HugePages.Ask(_start, BytesOf(length));
        _length = length;
        GC.AddMemoryPressure(BytesOf(length));
    }

    private void Free()
    {
        if (_length == 0) return;
        NativeMemory.AlignedFree(_start);
        GC.RemoveMemoryPressure(BytesOf(_length));
        _start = null;
        _length = 0;
    }
}
