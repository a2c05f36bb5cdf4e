namespace RnnActors.Cli.Pages;

/// <summary>What has changed of a cluster: of hundreds of nodes, most are as they were.</summary>
/// <param name="Coordinator">Empty where none answers: what was known is the last that was heard.</param>
/// <param name="IsWhole">Whether the reader forgets the nodes that it had.</param>
/// <param name="Nodes">Those that are new or have changed.</param>
/// <param name="Gone">The names of those that are no members any more.</param>
/// <param name="Runs">All of them; null where they are as they were.</param>
internal sealed record ClusterPart(string Coordinator, bool IsWhole, IReadOnlyList<PageNode> Nodes, IReadOnlyList<string> Gone, IReadOnlyList<PageRun>? Runs)
{
    /// <param name="before">What the reader has; null for nothing.</param>
    /// <returns>Null where nothing has changed.</returns>
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
