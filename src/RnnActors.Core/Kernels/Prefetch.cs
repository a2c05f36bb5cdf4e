using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels;

/// <summary>Asks for memory before it is wanted, where the processor can be asked; it changes the time and nothing else, whatever the address.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Floats of a cache line.</summary>
    public const int LineLength = 16;

    /// <summary>Into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }
}
