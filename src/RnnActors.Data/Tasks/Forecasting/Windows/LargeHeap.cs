namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The heap of the arrays of a large table. It is seldom collected, and the process keeps its pages, so arrays that are no longer used would stand beside the
/// next ones. A collection costs little there, since numbers hold no references.
/// </summary>
internal static class LargeHeap
{
    /// <summary>Smaller arrays are not worth a collection: 8 MB.</summary>
    private const long Large = 1 << 23;

    /// <summary>Collects garbage and returns its pages to the system.</summary>
    /// <param name="bytes">The size of the arrays that are about to be allocated, or were released.</param>
    public static void MakeRoom(long bytes)
    {
        if (bytes >= Large) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
