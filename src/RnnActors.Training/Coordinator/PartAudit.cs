using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The audit of one tree node of a step: it is computed again on another machine, and what both say of it is compared by bits. Where they differ, others are
/// asked until two agree; whoever said something else computes wrongly.
/// </summary>
internal sealed class PartAudit
{
    private readonly List<(PoolNode Node, ulong Hash)> _opinions = [];
    private readonly List<PoolNode> _asked = [];

    /// <param name="node">Who has computed it with its step.</param>
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

    /// <summary>Whether somebody who is late or silent, and was not asked yet, is waited for.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether nobody gave a second opinion.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Whether there are several opinions, of which nobody knows which is right.</summary>
    public bool IsDisputed => _opinions.Count > 1 && !IsOver;

    /// <summary>Those who have answered, in their order.</summary>
    public IEnumerable<PoolNode> Heard => _opinions.Select(opinion => opinion.Node);

    /// <summary>Whether a step is audited: that depends on the run's seed and the step alone.</summary>
    /// <param name="share">Of all steps, from 0 to 1. An audited step computes everything twice, so it is the share of time too.</param>
    public static bool IsChosen(ulong seed, long step, double share) =>
        share > 0 && Philox.Block(PhiloxKey.Of(seed, RandomPurpose.Audit, step), 0, 0, 0, 0).W0 < share * 4294967296.0;

    /// <summary>
    /// Whom to ask next: on another machine than those before, where there is one, and otherwise in another process; of these the one with the least to do.
    /// </summary>
    /// <param name="nodes">Those that may be asked.</param>
    /// <param name="load">How much a node is asked for already.</param>
    /// <returns>Null where nobody is left.</returns>
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

    /// <summary>Somebody has computed it again.</summary>
    /// <returns>Who computes wrongly; none where nobody does, or nobody knows yet.</returns>
    public IReadOnlyList<PoolNode> Audited(PoolNode node, ulong hash)
    {
        Order = null;
        IsOver = _opinions.Exists(opinion => opinion.Hash == hash);
        _opinions.Add((node, hash));
        return IsOver ? [.. _opinions.Where(opinion => opinion.Hash != hash).Select(opinion => opinion.Node)] : [];
    }

    /// <summary>Nobody can be asked any more.</summary>
    public void GiveUp() => (IsOver, IsGivenUp, IsWaiting, Order) = (true, true, false, null);

    private static string? HostOf(PoolNode node) => node.Name is { } name && name.LastIndexOf(':') is > 0 and var colon ? name[..colon] : node.Name;
}
