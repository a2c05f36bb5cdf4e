using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>Prefetches memory where the processor can. Any address is allowed, and only the time changes.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Floats of a cache line.</summary>
    public const int LineLength = 16;

    /// <summary>How many floats of a cell's state to prefetch ahead of those being computed.</summary>
    private const int StateAhead = 256;

    /// <summary>How many rows of a cell's state to prefetch ahead of the one being computed.</summary>
    public static int RowsAhead(int units) => Math.Max(1, StateAhead / units);

    /// <summary>A length rounded up to whole cache lines, so that what follows is aligned to one and its vectors do not straddle two.</summary>
    public static int WholeLines(int length) => (length + LineLength - 1) / LineLength * LineLength;

    /// <summary>Prefetches a line into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }
}
