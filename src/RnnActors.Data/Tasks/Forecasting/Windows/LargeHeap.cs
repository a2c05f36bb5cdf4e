namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The heap of the arrays of a large table. It is seldom collected, and the process keeps its pages, so arrays that are no longer used would stand beside the
/// next ones. A collection costs little there, since numbers hold no references.
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
