using RnnActors.Data.Wording;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>A turn: the same run by local workers, then by as many nodes.</summary>
internal readonly record struct ThroughputTurn(StepTimes Local, StepTimes Cluster)
{
    /// <summary>The cluster's throughput as a share of the local workers'.</summary>
    public double Ratio => Local.Median / Cluster.Median;
}

/// <summary>The throughput of some node processes, compared with as many local workers in one process.</summary>
/// <param name="Nodes">The number of processes, with one worker each.</param>
/// <param name="Tokens">Rows times steps of a batch.</param>
/// <param name="Turns">At least one.</param>
/// <param name="Traffic">For each node except the coordinator's.</param>
internal sealed record ThroughputResult(string Workload, int Nodes, int Tokens, IReadOnlyList<ThroughputTurn> Turns, IReadOnlyList<TrafficResult> Traffic)
{
    /// <summary>Seconds of a step: the median of the turns' medians.</summary>
    public double Median => Middle(Turns.Select(turn => turn.Cluster.Median));

    /// <inheritdoc cref="Median"/>
    public double LocalMedian => Middle(Turns.Select(turn => turn.Local.Median));

    /// <summary>The median of the turns' ratios: when the machine is slow for a while, both sides are.</summary>
    public double Ratio => Middle(Turns.Select(turn => turn.Ratio));

    public double TokensPerSecond => Tokens / Median;

    public double LocalTokensPerSecond => Tokens / LocalMedian;

    /// <summary>One line for people, as soon as it is known.</summary>
    public string Line =>
        $"{Workload,-34} {Figures.Plural(Nodes, "node")}: {BenchFigures.Milliseconds(Median)} ms a step, {Figures.Count((long)TokensPerSecond)} tokens/s, " +
        $"{BenchFigures.Rate(Ratio)} of {Figures.Plural(Nodes, "local worker")} ({Figures.Plural(Turns.Sum(turn => turn.Cluster.Runs), "step")} measured)";

    /// <summary>The fields of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members() =>
    [
        ("peer", BenchReport.OurName), ("mode", "cluster"), ("nodes", Nodes), ("workload", Workload), ("turns", Turns.Count),
        ("runs", Turns.Sum(turn => turn.Cluster.Runs)),
        ("median_ms", Math.Round(Median * 1e3, 5)), ("tokens_per_s", Math.Round(TokensPerSecond)),
        ("local_median_ms", Math.Round(LocalMedian * 1e3, 5)), ("local_tokens_per_s", Math.Round(LocalTokensPerSecond)),
        ("ratio", Math.Round(Ratio, 3)), ("ratios", Turns.Select(turn => Math.Round(turn.Ratio, 3))),
    ];

    private static double Middle(IEnumerable<double> values) => new StepTimes(values).Median;
}

/// <summary>The traffic of a step between the coordinator and a node at the end of a turn, as a mean of some steps.</summary>
/// <param name="Sent">Bytes to the node.</param>
/// <param name="Received">Bytes from it.</param>
internal readonly record struct TrafficTurn(long Sent, long Received)
{
    public long Moved => Sent + Received;
}

/// <summary>
/// The traffic of a step between the coordinator and a node. A turn has more if a node was slow for a moment: another one then takes one of its shards, and
/// sends two gradients.
/// </summary>
/// <param name="Turns">At least one.</param>
/// <param name="Necessary">The bytes of the gradient and of the parameters.</param>
internal sealed record TrafficResult(string Workload, int Nodes, string Node, IReadOnlyList<TrafficTurn> Turns, long Necessary)
{
    /// <summary>The ratio of the median turn.</summary>
    public double Ratio => RatioOf(Median);

    public TrafficTurn Median => Turns.OrderBy(turn => turn.Moved).ElementAt(Turns.Count / 2);

    public string Line =>
        $"{Workload,-34} {Figures.Plural(Nodes, "node")}: {Figures.Count(Median.Sent)} bytes sent and {Figures.Count(Median.Received)} received a step, "
            + $"{BenchFigures.Rate(Ratio)} × gradient and parameters";

    /// <summary>The fields of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members() =>
    [
        ("mode", "traffic"), ("nodes", Nodes), ("workload", Workload), ("node", Node), ("bytes_sent", Median.Sent), ("bytes_received", Median.Received),
        ("gradient_and_parameters", Necessary), ("ratio", Math.Round(Ratio, 4)), ("ratios", Turns.Select(turn => Math.Round(RatioOf(turn), 4))),
    ];

    private double RatioOf(TrafficTurn turn) => turn.Moved / (double)Necessary;
}
