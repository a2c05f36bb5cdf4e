namespace RnnActors.Cli.Pages;

/// <summary>The changes of a cluster. Most of hundreds of nodes do not change.</summary>
/// <param name="Coordinator">Empty if none answers: the rest is then from the last answer.</param>
/// <param name="IsWhole">Whether the reader forgets all nodes that it had.</param>
/// <param name="Nodes">New or changed nodes.</param>
/// <param name="Gone">The names of nodes that are no longer members.</param>
/// <param name="Runs">All runs; null if they have not changed.</param>
internal sealed record ClusterPart(string Coordinator, bool IsWhole, IReadOnlyList<PageNode> Nodes, IReadOnlyList<string> Gone, IReadOnlyList<PageRun>? Runs)
{
    /// <param name="before">The reader's state; null for none.</param>
    /// <returns>Null if nothing has changed.</returns>
    public static ClusterPart? Of(PageCluster? before, PageCluster? now)
    {
        if (Equals(before, now)) return null;
        if (now is null) return new ClusterPart("", false, [], [], null);
        return new ClusterPart(
            now.Coordinator, before is null, [.. now.Nodes.Except(before?.Nodes ?? [])],
            [.. (before?.Nodes ?? []).Select(node => node.Name).Except(now.Nodes.Select(node => node.Name))],
            before is not null && before.Runs.SequenceEqual(now.Runs) ? null : now.Runs);
    }
}
