namespace RnnActors.Training.Threads;

/// <summary>The memory that this process may have.</summary>
internal static class ProcessMemory
{
    /// <summary>The reason where there was too little of it, as a sentence without its full stop.</summary>
    public const string RanOut = "it ran out of memory";

    /// <summary>In bytes. It follows a heap limit (<c>DOTNET_GCHeapHardLimit</c>) as well as a container's.</summary>
    public static long Limit => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Why a process cannot hold a run, as a sentence without its full stop.</summary>
    /// <param name="needed">The bytes that it needs at least.</param>
    /// <param name="beside">The bytes that other runs take in the process.</param>
    public static string TooLittle(long needed, long beside = 0) => $"it may have {Megabytes(Limit)} of memory, "
        + (beside == 0 ? "" : $"of which other runs take at least {Megabytes(beside)}, ") + $"and the run needs at least {Megabytes(needed)}";

    /// <summary>Whether an error, or what caused it, is a lack of memory.</summary>
    public static bool IsShort(Exception error) =>
        error is OutOfMemoryException
            || (error is AggregateException all ? all.InnerExceptions.Any(IsShort) : error.InnerException is { } cause && IsShort(cause));

    /// <summary>What went wrong, as a sentence without its full stop.</summary>
    public static string Describe(Exception error) => IsShort(error) ? RanOut : error.GetBaseException().Message.TrimEnd('.');

    private static string Megabytes(long bytes) => $"{Math.Max(1, bytes >> 20)} MB";
}
