namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The arrays of a large table lie in a heap that is seldom collected, and whose pages the process keeps when it is: those that are done with stood beside those
/// that came next. A collection costs little there, since numbers refer to nothing.
/// </summary>
internal static class LargeHeap
{
    /// <summary>8 MB: less is not worth a collection.</summary>
    private const long Large = 1 << 23;

    /// <summary>Gives back to the system what nobody holds any more.</summary>
    /// <param name="bytes">What is about to be taken, or has been let go of.</param>
    public static void MakeRoom(long bytes)
    {
        if (bytes >= Large) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
