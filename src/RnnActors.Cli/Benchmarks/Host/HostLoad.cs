namespace RnnActors.Cli.Benchmarks.Host;

/// <summary>What a web process is asked, and what it trains beside that.</summary>
/// <param name="Rounds">Each has a turn without training, one with it, and one without again.</param>
/// <param name="Turn">How long each turn lasts.</param>
/// <param name="PerSecond">Requests.</param>
/// <param name="Threads">Those that train.</param>
/// <param name="HasLowPriority">Whether they compute only while no other thread wants their processors.</param>
internal sealed record HostLoad(int Rounds, TimeSpan Turn, int PerSecond, int Threads, bool HasLowPriority)
{
    /// <summary>Clients, each of which has a request on its way at a time.</summary>
    public const int Clients = 2;
}
