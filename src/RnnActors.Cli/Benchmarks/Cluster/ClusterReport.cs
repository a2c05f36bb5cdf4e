namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>Reports the measurements of clusters.</summary>
internal sealed class ClusterReport(BenchReport report)
{
    /// <summary>Reports a workload's throughput, then the traffic of each node.</summary>
    public void Add(ThroughputResult result)
    {
        report.Add(result.Line, [.. result.Members(), BenchReport.VectorBits]);
        foreach (var traffic in result.Traffic) report.Add(traffic.Line, traffic.Members());
    }

    public void Add(FaultResult result) => report.Add(result.Line, result.Members());

    public void Note(string note) => report.Note(note);

    public void Finish(IReadOnlyList<ThroughputResult> throughput, IReadOnlyList<FaultResult> faults) =>
        report.Finish(console => ClusterTables.Write(console, throughput, faults));
}
