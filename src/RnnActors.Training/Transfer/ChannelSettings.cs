namespace RnnActors.Training.Transfer;

/// <summary>Limits and sizes of a tensor channel.</summary>
public sealed record ChannelSettings
{
    public static ChannelSettings Default { get; } = new();

    /// <summary>
    /// Lets a channel run without certificates between hosts: whoever can reach the port or listen on the way can then read and change everything.
    /// Without it, a channel without certificates stays within this machine.
    /// </summary>
    public bool AllowPlainTextBetweenHosts { get; init; }

    /// <summary>From the connection to the accepted token, on both sides.</summary>
    public TimeSpan OpeningTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a token waits for its connection.</summary>
    public TimeSpan TokenTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Connections that have not yet shown a token; one more costs the oldest of them its place.</summary>
    public int MaxHalfOpen { get; init; } = 64;

    /// <summary>Transfers that wait to be sent; one more means that the other side does not read, and ends the channel.</summary>
    public int MaxWaiting { get; init; } = 8192;

    /// <summary>The bytes of a file that is offered, at most.</summary>
    public long MaxFileBytes { get; init; } = 64L << 30;

    /// <summary>A file system in memory, by which channels without certificates send between processes of one machine; where it is not there, they send by their connection alone.</summary>
    public string SharedMemory { get; init; } = "/dev/shm";

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
