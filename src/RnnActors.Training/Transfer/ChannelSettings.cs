namespace RnnActors.Training.Transfer;

/// <summary>Limits and sizes of a tensor channel.</summary>
public sealed record ChannelSettings
{
    public static ChannelSettings Default { get; } = new();

    /// <summary>
    /// Lets a channel run without certificates between hosts. Anyone who reaches the port or listens on the network can then read and change everything. If
    /// false, a channel without certificates stays within this machine.
    /// </summary>
    public bool AllowPlainTextBetweenHosts { get; init; }

    /// <summary>The time limit from the connection to the accepted token, on both sides.</summary>
    public TimeSpan OpeningTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The lifetime of an unused token.</summary>
    public TimeSpan TokenTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The maximum number of connections without a token yet; a further one replaces the oldest.</summary>
    public int MaxHalfOpen { get; init; } = 64;

    /// <summary>The maximum number of queued transfers (backpressure): if there are more, the peer does not read, and the channel ends.</summary>
    public int MaxWaiting { get; init; } = 8192;

    /// <summary>The maximum size of an offered file, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 64L << 30;

    /// <summary>
    /// The in-memory file system through which channels without certificates transfer within one machine. If it is missing, they use the connection alone.
    /// </summary>
    public string SharedMemory { get; init; } = "/dev/shm";

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
