using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels.Memory;

/// <summary>Asks for memory before it is wanted, where the processor can be asked; it changes the time and nothing else, whatever the address.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Floats of a cache line.</summary>
    public const int LineLength = 16;

    /// <summary>Floats of a cell's state between those that it computes with and those that it asks for.</summary>
    private const int StateAhead = 256;

    /// <summary>Rows of a cell's state between the one that is computed and the one that is asked for.</summary>
    public static int RowsAhead(int units) => Math.Max(1, StateAhead / units);

    /// <summary>So many floats, and those that fill the last cache line: what begins behind them begins with a line, which whole vectors then lie in.</summary>
    public static int WholeLines(int length) => (length + LineLength - 1) / LineLength * LineLength;

    /// <summary>Into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }
}
