using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The audit of one tree node of a step: another machine computes it again, and the hashes of both results are compared. Where they differ, more nodes are
/// asked until two agree; every node that said otherwise computes wrongly.
/// </summary>
internal sealed class PartAudit
{
    private readonly List<(PoolNode Node, ulong Hash)> _opinions = [];
    private readonly List<PoolNode> _asked = [];

    /// <param name="node">The node that computed it in the step itself.</param>
    public PartAudit(PoolNode node, AuditedSum sum)
    {
        TreeNode = sum.TreeNode;
        _asked.Add(node);
        _opinions.Add((node, sum.Hash));
    }

    public ShardRange TreeNode { get; }

    /// <summary>The order whose answer is waited for; null for none.</summary>
    public ShardOrder? Order { get; set; }

    /// <summary>Whether the step may go on.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the step waits for a node that is late or silent and was not asked yet.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether no second opinion could be had.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Whether opinions differ, and it is not known which is right.</summary>
    public bool IsDisputed => _opinions.Count > 1 && !IsOver;

    /// <summary>The nodes that have answered, in their order.</summary>
    public IEnumerable<PoolNode> Heard => _opinions.Select(opinion => opinion.Node);

    /// <summary>Whether a step is audited: that depends on the run's seed and the step alone.</summary>
    /// <param name="share">The share of all steps, from 0 to 1. An audited step computes everything twice, so it is also the share of added time.</param>
    public static bool IsChosen(ulong seed, long step, double share) =>
        share > 0 && Philox.Block(PhiloxKey.Of(seed, RandomPurpose.Audit, step), 0, 0, 0, 0).W0 < share * 4294967296.0;

    /// <summary>
    /// The next node to ask. A node on a machine not asked yet comes first, then one in another process; among those, the one with the least to do.
    /// </summary>
    /// <param name="nodes">The nodes that may be asked.</param>
    /// <param name="load">How much a node has been asked for already.</param>
    /// <returns>Null where no node is left.</returns>
    public PoolNode? Next(IEnumerable<PoolNode> nodes, Func<PoolNode, double> load)
    {
        PoolNode[] others = [.. nodes.Where(node => !_asked.Contains(node))];
        PoolNode[] elsewhere = [.. others.Where(node => !_asked.Exists(asked => HostOf(asked) == HostOf(node)))];
        if (elsewhere.Length > 0) others = elsewhere;
        var next = others.MinBy(load);
        if (next is not null) _asked.Add(next);
        return next;
    }

    public bool HasAsked(PoolNode node) => _asked.Contains(node);

    /// <summary>Adds the opinion of a node that has computed it again.</summary>
    /// <returns>The nodes that compute wrongly; none while all agree, or while it is not known.</returns>
    public IReadOnlyList<PoolNode> Audited(PoolNode node, ulong hash)
    {
        Order = null;
        IsOver = _opinions.Exists(opinion => opinion.Hash == hash);
        _opinions.Add((node, hash));
        return IsOver ? [.. _opinions.Where(opinion => opinion.Hash != hash).Select(opinion => opinion.Node)] : [];
    }

    /// <summary>Ends the audit: no further node can be asked.</summary>
    public void GiveUp() => (IsOver, IsGivenUp, IsWaiting, Order) = (true, true, false, null);

    private static string? HostOf(PoolNode node) => node.Name is { } name && name.LastIndexOf(':') is > 0 and var colon ? name[..colon] : node.Name;
}
