namespace RnnActors.Cli.Processes;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something that nobody foresaw.</summary>
    public const int Failed = 1;

    /// <summary>A file, a value or an option cannot be used; nothing was trained.</summary>
    public const int InvalidInput = 2;

    /// <summary>A loss or gradient is not a finite number.</summary>
    public const int NotANumber = 3;

    /// <summary>A cluster's run that was followed is over before its end: somebody else cancelled it.</summary>
    public const int Cancelled = 4;

    /// <summary>Ctrl-C: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM.</summary>
    public const int Terminated = 143;
}
