namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>The requests to a web process, and the training beside them.</summary>
/// <param name="Rounds">Each has a turn without training, one with it, and one without again.</param>
/// <param name="Turn">The duration of each turn.</param>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Threads">Training threads.</param>
/// <param name="HasLowPriority">Whether the threads compute only while no other thread wants their processors.</param>
internal sealed record HostLoad(int Rounds, TimeSpan Turn, int PerSecond, int Threads, bool HasLowPriority)
{
    /// <summary>The number of clients, each with one request at a time.</summary>
    public const int Clients = 2;
}
