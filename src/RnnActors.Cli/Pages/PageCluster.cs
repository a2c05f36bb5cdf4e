using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>The part of a cluster's status that the page shows.</summary>
/// <param name="Runs">The runs that are not over, in order.</param>
internal sealed record PageCluster(string Coordinator, IReadOnlyList<PageNode> Nodes, IReadOnlyList<PageRun> Runs)
{
    public static PageCluster Of(ClusterStatus status)
    {
        RunSummary[] open = [.. status.Runs.Where(run => RunSummary.IsOpen(run.State))];
        var nodes = status.Nodes.ToLookup(node => node.Node.Name);
        return new PageCluster(
            status.Coordinator, [.. status.Members.Select(member => PageNode.Of(member, nodes[member.Address].FirstOrDefault(), status.Coordinator))],
            [.. open.Select(run => new PageRun(
                run.RunId, RunIds.NameAmong(run.Name, run.RunId, open.Select(other => other.Name)), run.StateForPeople, run.Step, run.LastStep,
                run.StepsPerSecond))]);
    }

    public bool Equals(PageCluster? other) =>
        other is not null && other.Coordinator == Coordinator && other.Nodes.SequenceEqual(Nodes) && other.Runs.SequenceEqual(Runs);

    public override int GetHashCode() => HashCode.Combine(Coordinator, Nodes.Count, Runs.Count);
}

/// <param name="State">Ready, preparing, suspected, silent, leaving, unable, joining.</param>
/// <param name="Shards">Its shards in the present step: <c>0-3</c>.</param>
/// <param name="RowsPerSecond">With three significant digits; null before it is known.</param>
/// <param name="MemoryBytes">Null before it has registered.</param>
internal sealed record PageNode(string Name, string State, int Workers, string Shards, double? RowsPerSecond, int? VectorBits, long? MemoryBytes,
    bool IsCoordinator)
{
    public static PageNode Of(MemberStatus member, NodeStatus? node, string coordinator) => new(
        member.Address, member.IsReachable ? node?.State ?? member.State : "silent", node?.Node.Workers ?? 0, node?.Shards ?? "",
        node is { RowsPerSecond: > 0 } ? Rounded(node.RowsPerSecond) : null, node?.Node.VectorBits, node?.Node.MemoryBytes, member.Address == coordinator);

    private static double Rounded(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 2);
        return Math.Round(value / unit) * unit;
    }
}

/// <summary>A run that trains or waits.</summary>
internal sealed record PageRun(string Id, string Name, string State, long Step, long LastStep, double StepsPerSecond);
