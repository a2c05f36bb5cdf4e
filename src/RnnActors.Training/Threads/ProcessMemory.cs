namespace RnnActors.Training.Threads;

/// <summary>The memory that this process may use.</summary>
internal static class ProcessMemory
{
    /// <summary>The reason of a failure for want of memory, as a sentence without its full stop.</summary>
    public const string RanOut = "it ran out of memory";

    /// <summary>In bytes. It respects a heap limit (<c>DOTNET_GCHeapHardLimit</c>) and a container's limit.</summary>
    public static long Limit => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Explains why a process cannot hold a run, as a sentence without its full stop.</summary>
    /// <param name="needed">The bytes that the run needs at least.</param>
    /// <param name="beside">The bytes that the process's runs have reserved: other parts, and states.</param>
    public static string TooLittle(long needed, long beside = 0) => $"it may have {Megabytes(Limit)} of memory, "
        + (beside == 0 ? "" : $"of which runs take at least {Megabytes(beside)} already, ") + $"and the run needs at least {Megabytes(needed)}";

    /// <summary>Whether an error, or its cause, is a lack of memory.</summary>
    public static bool IsShort(Exception error) =>
        error is OutOfMemoryException
            || (error is AggregateException all ? all.InnerExceptions.Any(IsShort) : error.InnerException is { } cause && IsShort(cause));

    /// <summary>What went wrong, as a sentence without its full stop.</summary>
    public static string Describe(Exception error) => IsShort(error) ? RanOut : error.GetBaseException().Message.TrimEnd('.');

    private static string Megabytes(long bytes) => $"{Math.Max(1, bytes >> 20)} MB";
}
