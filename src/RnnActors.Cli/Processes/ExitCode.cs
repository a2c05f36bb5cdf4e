namespace RnnActors.Cli.Processes;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>An unexpected error.</summary>
    public const int Failed = 1;

    /// <summary>A file, a value or an option cannot be used; nothing was trained.</summary>
    public const int InvalidInput = 2;

    /// <summary>A loss or gradient is not a finite number.</summary>
    public const int NonFinite = 3;

    /// <summary>A followed run of a cluster ended early, since somebody else cancelled it.</summary>
    public const int Cancelled = 4;

    /// <summary>Ctrl-C: 128 plus the signal's number, by the shells' convention.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM.</summary>
    public const int Terminated = 143;
}
