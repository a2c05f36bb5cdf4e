namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>Benchmarks clusters on this machine: throughput and traffic by number of nodes, then the cost of faults on the largest.</summary>
/// <param name="nodes">The numbers of processes, with a worker each.</param>
/// <param name="wanted">How long each turn is measured, and how long a run trains before and after a fault.</param>
/// <param name="withFaults">Whether faults are measured too.</param>
internal sealed class ClusterBenchmark(ClusterReport report, IReadOnlyList<int> nodes, TimeSpan wanted, bool withFaults)
{
    public async Task MeasureAsync(IReadOnlyList<Workload> workloads, CancellationToken cancellation)
    {
        List<ThroughputResult> throughput = [];
        List<FaultResult> faults = [];
        int max = nodes.Max();
        if (withFaults && max == 1) report.Note("one node has no other to go on without it; faults are measured with two or more");
        foreach (var workload in workloads)
        {
            foreach (int number in nodes)
            {
                throughput.Add(await ThroughputBenchmark.MeasureAsync(workload, number, wanted, cancellation).ConfigureAwait(false));
                report.Add(throughput[^1]);
            }

            if (!withFaults || max == 1) continue;
            var benchmark = new FaultBenchmark(workload, max, throughput.Last(result => result.Workload == workload.Name && result.Nodes == max).Median,
                wanted);
            foreach (var fault in Enum.GetValues<Fault>())
            {
                if (fault == Fault.HungWorker && OperatingSystem.IsWindows())
                {
                    report.Note("a process cannot be made to hang here; that fault is left out");
                    continue;
                }

                faults.Add(await benchmark.MeasureAsync(fault, cancellation).ConfigureAwait(false));
                report.Add(faults[^1]);
            }
        }

        report.Finish(throughput, faults);
    }
}
