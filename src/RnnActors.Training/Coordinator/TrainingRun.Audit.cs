using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// Audits. Before the update of some steps, all of their shards are computed again on a second machine and the bits compared. A node that computes wrongly is
/// shut out, and the run begins again from the state before the step, which is still unchanged.
/// </summary>
public sealed partial class TrainingRun
{
    /// <summary>
    /// The default share of steps that are audited, where three nodes take part and so the faulty one can be named. It adds a hundredth of the time, and finds
    /// a fault that affects every step within a few hundred steps.
    /// </summary>
    public const double DefaultAudit = 0.01;

    private const int NodesOfDefault = 3;

    private readonly double? _auditShare;
    private readonly List<PartAudit> _audits = [];
    private readonly Dictionary<int, double> _auditLoads = [];
    private bool _isAudited, _hasWaitedInVain, _isMissing;
    private long _unauditedTold;

    /// <summary>How many steps should have been audited and were not, since no other node could be asked.</summary>
    internal long Unaudited { get; private set; }

    /// <summary>A tree node was computed again.</summary>
    public IReadOnlyList<Decision> ShardsAudited(ShardsAudited audited) => Decide(() =>
    {
        if (_phase != Phase.Computing || audited.Step != State.Progress.Step) return;
        if (_audits.Find(one => one.Order == audited.Order) is not { } audit || audited.Sum.TreeNode != audit.TreeNode) return;
        if (_pool.NodeOf(audited.Order.Worker) is not { } node) return;
        var wrong = audit.Audited(node, audited.Sum.Hash);
        _hasWaitedInVain = false;
        if (wrong.Count > 0) ShutOut(wrong);
        else if (audit.IsOver) FinishComputing();
        else AskAuditor(audit);
    });

    /// <summary>Whether the step waits for an opinion.</summary>
    private bool IsAuditPending => _audits.Exists(audit => !audit.IsOver);

    private void BeginAudit()
    {
        // Decided once for the step: nodes that join in the middle of it may be given shards of it.
        int nodes = _pool.Nodes.Count(node => node.Workers.Count > 0);
        double share = _auditShare ?? (nodes < NodesOfDefault ? 0 : DefaultAudit);
        _isAudited = PartAudit.IsChosen(_job.Training.Seed, State.Progress.Step, share);
        _audits.Clear();
        _auditLoads.Clear();
    }

    /// <summary>Orders an audit of what was computed, unless one is under way.</summary>
    private void Audit(ShardsComputed computed)
    {
        if (!_isAudited || computed.Audited is null || _pool.NodeOf(computed.Order.Worker) is not { } node) return;
        foreach (var sum in computed.Audited)
        {
            if (_audits.Exists(audit => audit.TreeNode.Intersect(sum.TreeNode).Count > 0)) continue;
            var audit = new PartAudit(node, sum);
            _audits.Add(audit);
            AskAuditor(audit);
        }
    }

    private void AskAuditor(PartAudit audit)
    {
        if (audit.Next(_pool.Nodes.Where(IsAble), node => _auditLoads.GetValueOrDefault(node.Number)) is { } auditor)
        {
            audit.IsWaiting = false;
            var worker = auditor.Workers[(int)(_auditLoads.Count % auditor.Workers.Count)];
            audit.Order = new ShardOrder(worker.Id, audit.TreeNode, _pool.NextAttempt());
            _auditLoads[auditor.Number] = _auditLoads.GetValueOrDefault(auditor.Number) + (audit.TreeNode.Count / Math.Max(1e-9, SpeedOf(auditor)));
            Publish(auditor);
            _decisions.Add(new Assign(
                auditor.Number, new ComputeShards(State.Progress.Step, _rows, State.Carried, [audit.Order.Value], IsAudited: true, IsAudit: true)));
            SetDeadline();
        }
        else if (!_hasWaitedInVain && _pool.Nodes.Any(node => MayComeBack(node) && !audit.HasAsked(node)))
        {
            if (audit.IsWaiting) return;
            audit.IsWaiting = true;
            SetDeadline();
        }
        else if (audit.IsDisputed)
        {
            // A single opinion may be right. Of two that differ one is wrong, and training on might use it.
            string names = string.Join(" and ", audit.Heard.Select(node => node.Name ?? "this process"));
            _phase = Phase.Over;
            _decisions.Add(new Stop(
                $"{names} do not compute the same bits in step {State.Progress.Step + 1}, and there is no other node to tell which is wrong. "
                + "Start one more worker and give the run again: it goes on from its checkpoint"));
        }
        else
        {
            audit.GiveUp();
            FinishComputing();
        }

        static bool IsAble(PoolNode node) =>
            node is { IsSuspected: false, IsLeaving: false } && node.Workers.Count > 0 && !node.Workers.Any(worker => worker.IsLate);

        static bool MayComeBack(PoolNode node) =>
            !node.IsLeaving && node.Workers.Count > 0 && (node.IsSuspected || node.Workers.Any(worker => worker.IsLate));

        // Before speeds are known, all nodes count the same.
        double SpeedOf(PoolNode node) => _pool.Nodes.Any(other => other.Speed == 0) ? 1 : node.Speed * node.Workers.Count;
    }

    /// <summary>Asks for the audits that wait: a late node may be back, or gone for good.</summary>
    private void AskWaiting()
    {
        if (!_audits.Exists(static audit => audit.IsWaiting)) return;
        foreach (var audit in _audits.ToArray())
            if (_phase == Phase.Computing && audit.IsWaiting) AskAuditor(audit);
    }

    /// <summary>The deadline has passed: later steps do not wait for late nodes until one of them is back.</summary>
    private void GiveUpWaiting()
    {
        if (_audits.Exists(static audit => audit.IsWaiting)) _hasWaitedInVain = true;
    }

    /// <summary>Counts a step that goes on unaudited. Published are the first of a series, and each doubling of the count.</summary>
    private void CountAudit()
    {
        if (!_isAudited) return;
        bool isMissed = _audits.Exists(static audit => audit.IsGivenUp), begins = isMissed && !_isMissing;
        _isMissing = isMissed;
        if (!isMissed) return;
        Unaudited++;
        if (begins || Unaudited >= 2 * _unauditedTold) TellUnaudited(State.Progress.Step + 1);
    }

    private void TellUnaudited(long step)
    {
        if (Unaudited == _unauditedTold) return;
        _unauditedTold = Unaudited;
        _decisions.Add(new Tell(new StepNotAudited(
            step, _pool.Nodes.Count(node => node.Workers.Count > 0) < 2 ? "no other node takes part" : "every other node is late or silent", Unaudited)));
    }

    /// <summary>Asks another node where the auditor is gone, hangs or failed.</summary>
    private void ReplaceAuditors(Func<ShardOrder, bool> isToBeReplaced)
    {
        foreach (var audit in _audits.ToArray())
        {
            if (_phase != Phase.Computing || audit is not { IsOver: false, Order: { } order } || !isToBeReplaced(order)) continue;
            audit.Order = null;
            AskAuditor(audit);
        }
    }

    private bool IsAuditor(PoolNode node) =>
        _phase == Phase.Computing && _audits.Exists(audit => audit is { IsOver: false, Order: { } order } && _pool.NodeOf(order.Worker) == node);

    private void ShutOut(IReadOnlyList<PoolNode> wrong)
    {
        ShutOutNode[] shutOut = [.. wrong.Select(node => new ShutOutNode(node.Name, ReasonOf(node), node.Process))];
        foreach (var node in shutOut) _decisions.Add(new Tell(new NodeShutOut(node.Name ?? "this process", node.Reason)));
        if (_cadence.IsDueAtEnd(State.Progress)) SaveNow(isBest: false, mayBeSkipped: false);
        _decisions.Add(new Finish(false, shutOut));
        _phase = Phase.Over;

        string ReasonOf(PoolNode node)
        {
            long step = State.Progress.Step;
            string found = $"it computed other bits than two other nodes in step {step + 1}, which is computed again without it";
            return node.Since == step || _auditShare >= 1 ? found
                : $"{found}. It has taken part since step {node.Since + 1}: of these steps, those that were audited alone are known to be right";
        }
    }
}
