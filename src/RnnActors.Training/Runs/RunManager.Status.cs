using Akka.Actor;
using Akka.Cluster;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>The status of nodes and runs for clients.</summary>
internal sealed partial class RunManager
{
    /// <summary>Collects the state of the nodes from each run that trains, one after the other, and then answers.</summary>
    /// <param name="pools">The answers so far.</param>
    private void TellStatus(IActorRef asker, IReadOnlyList<CoordinatorActor.PoolDescription> pools)
    {
        if (_active.Values.FirstOrDefault(active => pools.All(pool => pool.RunId != active.RunId)) is { } next)
            next.Coordinator.Tell(new CoordinatorActor.DescribePool(asker, pools));
        else asker.Tell(Status(pools));
    }

    private ClusterStatus Status(IReadOnlyList<CoordinatorActor.PoolDescription> pools) => new(
        _settings.Name, _epoch, IsClustered ? MemberStatuses.Of(Cluster.Get(Context.System)) : [],
        [.. _ledger.Nodes.Select(node => StatusOf(node, pools)), .. _ledger.Refused.Select(StatusOf)],
        [
            .. _ledger.Runs.Where(run => run.Record.Ending is not null).Concat(_ledger.Queue).Select(StatusOf),
            .. _ledger.Ahead.Where(ahead => _ledger.Find(ahead.RunId) is null).Select(StatusOf),
        ],
        WireSerializer.Refused, _listener.Refused)
    {
        Storage = Storage(),
    };

    private NodeStatus StatusOf(RegisteredNode node, IReadOnlyList<CoordinatorActor.PoolDescription> pools)
    {
        string name = node.Node.Name;
        var parts = pools.SelectMany(pool => pool.Nodes.Where(part => part.Name == name).Select(part => (pool.RunId, Part: part))).ToArray();
        var unable = _active.Values.FirstOrDefault(active => active.Unable.ContainsKey(name));
        var traffic = _traffic.GetValueOrDefault(node.Node.NodeId);
        string state = node.Node.IsDrained ? NodeStatus.Drained
            : parts.Length > 0 ? parts.Select(part => part.Part.State).MinBy(PlaceOf)!
            : unable is not null ? NodeStatus.Unable
            : !node.IsConnected || (_active.Count > 0 && node.Node.Workers > 0) ? "preparing" : "ready";
        string? reason = node.ShutOut ?? (unable is null || node.Node.IsDrained ? node.Problem
            : parts.Length == 0 ? unable.Unable[name].Reason.TrimEnd('.')
            : $"it cannot take part in {unable.Name}: {unable.Unable[name].Reason.TrimEnd('.')}");
        string Among(string runId) => RunIds.NameAmong(NameOf(runId), runId, _active.Values.Select(active => active.Name));
        string shards = string.Join(", ", parts.Where(part => part.Part.Shards.Length > 0).Select(part =>
            _active.Count > 1 && part.RunId is { } runId ? $"{part.Part.Shards} of {Among(runId)}" : part.Part.Shards));
        return new NodeStatus(
            node.Node, node.ShutOut is null ? state : NodeStatus.ShutOut, shards, parts.Sum(part => part.Part.RowsPerSecond), traffic?.SentPerStep ?? 0,
            traffic?.ReceivedPerStep ?? 0, reason);

        // A node that any run suspects is shown as suspected, whatever its state in others.
        static int PlaceOf(string state) => state switch
        {
            "suspected" => 0,
            "leaving" => 1,
            _ => 2,
        };
    }

    private static NodeStatus StatusOf((NodeDescription Node, string Reason) refused) => new(refused.Node, NodeStatus.Refused, "", 0, 0, 0, refused.Reason);

    private RunSummary StatusOf(AcknowledgedRun ahead) => new(ahead.RunId, ahead.Name, RunSummary.WaitingForState, 0, 0, 0, 0, 0, Waits: WaitsFor(ahead));

    private RunSummary StatusOf(ManagedRun run)
    {
        var active = _active.GetValueOrDefault(run.Job.RunId);
        var (ended, pause) = (run.Record.Ending, _ledger.PauseOf(run));
        string state = ended is not null ? ended.Ending.ToString().ToLowerInvariant() : run.Missing.Count > 0 ? RunSummary.WaitingForData
            : WaitsFor(run.Job.RunId) is not null && active is null ? RunSummary.WaitingForState : active is null ? RunSummary.Waiting : RunSummary.Running;
        return new RunSummary(
            run.Job.RunId, run.Job.Name, state, active?.Step?.Progress.Step ?? active?.SavedStep ?? ended?.Step ?? run.NewestStep,
            active?.LastStep ?? ended?.LastStep ?? pause?.LastStep ?? 0, active?.StepsPerSecond ?? 0, active?.Step?.Loss ?? 0, active?.ParameterBytes ?? 0,
            run.Record.Number, run.Record.Owner, run.Record.Priority, run.Record.SubmittedAt, ended?.At ?? 0,
            ended?.Parameters ?? active?.Parameters ?? pause?.Parameters, ended?.Message, run.NewestHash, run.BestHash, run.Job.KeepCheckpoints,
            active is not null ? null : WaitsFor(run.Job.RunId) ?? (state == RunSummary.Waiting ? WaitsInQueue(run) : null),
            active?.Unaudited ?? ended?.Unaudited ?? run.Record.Unaudited, IsPaused: active is null && pause is not null);
    }
}
