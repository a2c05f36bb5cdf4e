using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// Audits: some steps wait, before their update, until a second machine has computed a part of them to the same bits. A node that computes wrongly is shut
/// out and the run begins again from the state before the step, of which nothing has been changed.
/// </summary>
public sealed partial class TrainingRun
{
    /// <summary>The share of steps that are audited where nobody has said: where there are nodes enough to name the one that computes wrongly.</summary>
    public const double DefaultAudit = 0.01;

    private const int NodesOfDefault = 3;

    private StepAudit? _audit;

    /// <summary>A tree node was computed again.</summary>
    public IReadOnlyList<Decision> ShardsAudited(ShardsAudited audited) => Decide(() =>
    {
        if (_phase != Phase.Computing || audited.Step != State.Progress.Step || _audit?.Order != audited.Order) return;
        if (_pool.NodeOf(audited.Order.Worker) is not { } node || audited.Sum.TreeNode != _audit.TreeNode) return;
        var wrong = _audit.Audited(node, audited.Sum.Hash);
        if (wrong.Count > 0) ShutOut(wrong);
        else if (_audit.IsOver) FinishComputing();
        else AskAuditor();
    });

    private void BeginAudit()
    {
        int nodes = _pool.Nodes.Count(node => node.Workers.Count > 0);
        double share = nodes < 2 ? 0 : _auditShare ?? (nodes < NodesOfDefault ? 0 : DefaultAudit);
        _audit = StepAudit.Of(_job.Training.Seed, State.Progress.Step, share, _job.Training.Shards);
    }

    /// <summary>The first who has computed the audited shard is the one who is audited.</summary>
    private void Audit(ShardsComputed computed)
    {
        if (_audit is not { TreeNode: null, IsOver: false } || computed.Audited is not { } sum) return;
        if (_pool.NodeOf(computed.Order.Worker) is not { } node) return;
        _audit.Computed(node, sum);
        AskAuditor();
    }

    private void AskAuditor()
    {
        var able = _pool.Nodes.Where(node => node is { IsSuspected: false, IsLeaving: false } && node.Workers.Count > 0 && !node.Workers.Any(worker => worker.IsLate));
        if (_audit!.Next(able) is { } auditor)
        {
            var worker = auditor.Workers.MinBy(worker => worker.Orders.Count)!;
            var order = new ShardOrder(worker.Id, _audit.TreeNode!.Value, _pool.NextAttempt());
            _audit.Order = order;
            Publish(auditor);
            _decisions.Add(new Assign(
                auditor.Number, new ComputeShards(State.Progress.Step, _rows, State.Carried, [order], _audit.Shard, IsAudit: true)));
            SetDeadline();
            return;
        }

        // Of one opinion nothing is known to be wrong. Of two one is, and training on would train on it.
        if (_audit.IsDisputed)
        {
            string[] names = [.. _audit.Heard.Select(node => node.Name ?? "this process")];
            _phase = Phase.Over;
            _decisions.Add(new Stop(
                $"{string.Join(" and ", names)} do not compute the same bits in step {State.Progress.Step + 1}, and there is no other node to tell which is "
                + "wrong. Start one more worker and give the run again: it goes on from its checkpoint"));
            return;
        }

        _audit.GiveUp();
        FinishComputing();
    }

    /// <summary>An auditor that is gone, hangs or failed gives no opinion: another one is asked.</summary>
    private void ReplaceAuditor(Func<PoolNode?, bool> isToBeReplaced)
    {
        if (_phase != Phase.Computing || _audit is not { IsOver: false, Order: { } order } || !isToBeReplaced(_pool.NodeOf(order.Worker))) return;
        _audit.Order = null;
        AskAuditor();
    }

    /// <summary>
    /// Whether the step waits for an opinion, now that all is computed. Where the audited shard came without a hash, of a node that is gone, it is not
    /// audited.
    /// </summary>
    private bool IsAuditPending()
    {
        if (_audit is { TreeNode: null }) _audit.GiveUp();
        return _audit is { IsOver: false };
    }

    private bool IsAuditor(PoolNode node) => _phase == Phase.Computing && _audit?.Order is { } order && _pool.NodeOf(order.Worker) == node;

    private void ShutOut(IReadOnlyList<PoolNode> wrong)
    {
        ShutOutNode[] shutOut = [.. wrong.Select(node => new ShutOutNode(node.Name, ReasonOf(node)))];
        foreach (var node in shutOut) _decisions.Add(new Tell(new NodeShutOut(node.Name ?? "this process", node.Reason)));
        if (_cadence.IsDueAtEnd(State.Progress)) SaveNow(isBest: false, mayBeSkipped: false);
        _decisions.Add(new Finish(false, shutOut));
        _phase = Phase.Over;

        string ReasonOf(PoolNode node)
        {
            long step = State.Progress.Step;
            return $"it computed other bits than two other nodes in step {step + 1}, which is computed again without it"
                + (node.Since == step || _auditShare >= 1 ? "" : $". It has computed since step {node.Since + 1}: of these steps those that were audited alone are known to be right");
        }
    }
}
