using System.Net;
using RnnActors.Training.Membership;
using RnnActors.Training.Storage;
using RnnActors.Training.Threads;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Runs;

/// <summary>The settings of a cluster's coordinator.</summary>
/// <param name="Name">The name of its process: host and port.</param>
/// <param name="PublicHost">The host by which others reach its channel.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="IsShared">Whether all candidates share one directory, so that nothing is replicated.</param>
/// <param name="Refused">Called for each connection that the channel's port turned away, on any thread.</param>
/// <param name="Report">Called with news for people, as sentences without full stops.</param>
internal sealed record RunManagerSettings(
    string Name,
    string Version,
    NodeDirectory Directory,
    RunFiles Files,
    IPEndPoint ChannelEndPoint,
    string PublicHost,
    TlsCredentials? Credentials,
    ChannelSettings Channel,
    bool IsShared,
    Action<RefusedConnection> Refused,
    Action<string> Report)
{
    /// <summary>Gets what the coordinator waits for.</summary>
    public NodeReadiness Readiness { get; init; } = new();

    /// <summary>The memory that this process has reserved: for its parts in all runs, and for their states.</summary>
    public MemoryBeside Memory { get; init; } = new();

    /// <summary>The share of steps that are audited; null for the default.</summary>
    public double? Audit { get; init; }

    /// <summary>The arithmetic of this process; null if it was not measured.</summary>
    public ArithmeticStanding? Arithmetic { get; init; }

    /// <summary>The maximum number of runs that train or wait.</summary>
    public int MaxRuns { get; init; } = int.MaxValue;

    /// <summary>The number of runs that train at once.</summary>
    public int Places { get; init; } = 1;

    /// <summary>Whether a run of higher priority interrupts one that trains.</summary>
    public bool Preempts { get; init; } = true;

    /// <summary>The time of day, for display only: it decides nothing.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Which files of the node's directory its parts still need.</summary>
    public StorageUse Use { get; init; } = new();
}
