using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The audit of one step: a tree node is computed again on another machine, and what both say of it is compared by bits. Where they differ, others are
/// asked until two agree; whoever said something else computes wrongly. Which steps and shards are audited depends on the run's seed and the step alone.
/// </summary>
internal sealed class StepAudit
{
    private readonly List<(PoolNode Node, ulong Hash)> _opinions = [];
    private readonly List<PoolNode> _asked = [];
    private readonly uint _choice;

    private StepAudit(int shard, uint choice) => (Shard, _choice) = (shard, choice);

    /// <summary>Its tree node is audited, of whoever computes it first.</summary>
    public int Shard { get; }

    /// <summary>The tree node; null before somebody has computed it.</summary>
    public ShardRange? TreeNode { get; private set; }

    /// <summary>The order whose answer is waited for; null for none.</summary>
    public ShardOrder? Order { get; set; }

    /// <summary>Whether the step may go on.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether there are two opinions, of which nobody knows which is right.</summary>
    public bool IsDisputed => _opinions.Count > 1 && !IsOver;

    /// <summary>Those who have answered, in their order.</summary>
    public IEnumerable<PoolNode> Heard => _opinions.Select(opinion => opinion.Node);

    /// <summary>The audit of a step, if it has one.</summary>
    /// <param name="share">Of all steps, from 0 to 1. An audited step takes at most twice as long, so it is the share of time too.</param>
    /// <param name="shards">S.</param>
    public static StepAudit? Of(ulong seed, long step, double share, int shards)
    {
        if (share <= 0) return null;
        var (chance, shard, choice, _) = Philox.Block(PhiloxKey.Of(seed, RandomPurpose.Audit, step), 0, 0, 0, 0);
        return chance < share * 4294967296.0 ? new StepAudit((int)(((ulong)shard * (ulong)shards) >> 32), choice) : null;
    }

    /// <summary>Somebody has computed the audited shard with its step.</summary>
    public void Computed(PoolNode node, AuditedSum sum)
    {
        if (TreeNode is not null) return;
        TreeNode = sum.TreeNode;
        _asked.Add(node);
        _opinions.Add((node, sum.Hash));
    }

    /// <summary>
    /// Whom to ask next: on another machine than the first, where there is one, and otherwise in another process.
    /// </summary>
    /// <param name="nodes">Those that may be asked.</param>
    /// <returns>Null where nobody is left.</returns>
    public PoolNode? Next(IEnumerable<PoolNode> nodes)
    {
        PoolNode[] others = [.. nodes.Where(node => !_asked.Contains(node))];
        if (others.Length == 0) return null;
        PoolNode[] elsewhere = [.. others.Where(node => !_asked.Exists(asked => HostOf(asked) == HostOf(node)))];
        if (elsewhere.Length > 0) others = elsewhere;
        var next = others[(int)(((ulong)_choice * (ulong)others.Length) >> 32)];
        _asked.Add(next);
        return next;
    }

    /// <summary>Somebody has computed it again.</summary>
    /// <returns>Who computes wrongly; null where nobody does, or nobody knows yet.</returns>
    public IReadOnlyList<PoolNode> Audited(PoolNode node, ulong hash)
    {
        Order = null;
        _opinions.Add((node, hash));
        if (!_opinions.GroupBy(opinion => opinion.Hash).Any(group => group.Count() > 1)) return [];
        ulong right = _opinions.GroupBy(opinion => opinion.Hash).First(group => group.Count() > 1).Key;
        IsOver = true;
        return [.. _opinions.Where(opinion => opinion.Hash != right).Select(opinion => opinion.Node)];
    }

    /// <summary>Nobody can be asked any more.</summary>
    public void GiveUp() => (IsOver, Order) = (true, null);

    private static string? HostOf(PoolNode node) => node.Name is { } name && name.LastIndexOf(':') is > 0 and var colon ? name[..colon] : node.Name;
}
