using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>
/// Memory in which a kernel puts its operands together. Each thread keeps its own, which grows to the most that was asked for, so steady work allocates
/// nothing. It is the system's own: what it was before it grew is given back at once, and not when it is collected, which takes long.
/// </summary>
internal sealed unsafe class ThreadMemory
{
    /// <summary>Floats that it grows by at least.</summary>
    private const int Growth = 1 << 18;

    [ThreadStatic]
    private static ThreadMemory? _ofThread;

    private float* _start;
    private int _length;

    private ThreadMemory()
    {
    }

    ~ThreadMemory() => Free();

    /// <summary>Any content; valid until this thread asks again.</summary>
    public static Span<float> Take(int length)
    {
        var memory = _ofThread ??= new ThreadMemory();
        if (memory._length < length) memory.Grow(checked((length + Growth - 1) / Growth * Growth));
        return new Span<float>(memory._start, length);
    }

    /// <summary>Gives back what this thread keeps: it was used for something that is over.</summary>
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
