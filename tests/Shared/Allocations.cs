using Xunit;

namespace RnnActors.Tests;

/// <summary>What calls take from the heap of the thread that makes them.</summary>
internal static class Allocations
{
    private const int Calls = 1000, SmallestObject = 24;

    /// <summary>Holds that calls allocate nothing: fewer bytes than the smallest object each.</summary>
    /// <param name="call">Warm: what it makes once is made.</param>
    /// <remarks>Not zero: at a collection the runtime may count what a thread's allocation context had left, up to 8 KB, which no call took.</remarks>
    public static void AssertNone(Action call)
    {
        call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++) call();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (Calls * SmallestObject) - 1);
    }
}
