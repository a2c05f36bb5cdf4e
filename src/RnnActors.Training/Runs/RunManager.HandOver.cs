using Akka;
using Akka.Actor;
using Akka.Cluster;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Membership;
using MemberStatus = Akka.Cluster.MemberStatus;

namespace RnnActors.Training.Runs;

/// <summary>The coordinator moves to another node, or ends because others went on without it.</summary>
internal sealed partial class RunManager
{
    private static readonly TimeSpan MaxHandingOver = TimeSpan.FromSeconds(8);

    private readonly List<IActorRef> _waitingForHandOver = [];
    private bool _isHandingOver, _isPrepared, _isToStop, _isLossTold;

    private void ReceiveAboutHandOver()
    {
        Receive<PrepareHandOver>(_ =>
        {
            _isPrepared = true;
            _waitingForHandOver.Add(Sender);
            BeginHandingOver();
        });
        Receive<HandOver>(_ =>
        {
            _isToStop = true;
            Timers.StartSingleTimer(nameof(GaveUpHandingOver), GaveUpHandingOver.Instance, MaxHandingOver);
            BeginHandingOver();
        });
        Receive<GaveUpHandingOver>(_ => Context.Stop(Self));
        Receive<JoiningLongEnough>(_ =>
        {
            if (_ledger.Joining.Count > 0)
                _settings.Report($"{string.Join(", ", _ledger.Joining)} did not come for a copy in {AwaitsNodes.TotalSeconds:0} s; not waiting any longer");
            _ledger.JoiningLongEnough();
            EndHandingOverWhenReplicated();
        });
    }

    /// <summary>
    /// The coordinator is about to move to another process: it ends its run between two steps, with a checkpoint. Answered with <see cref="Done"/> when
    /// candidates have replicas of it.
    /// </summary>
    public sealed record PrepareHandOver
    {
        public static readonly PrepareHandOver Instance = new();
    }

    /// <summary>The coordinator moves now and stops when it is ready. A step that would take too long is computed again by the next one.</summary>
    public sealed record HandOver
    {
        public static readonly HandOver Instance = new();
    }

    private sealed record GaveUpHandingOver
    {
        public static readonly GaveUpHandingOver Instance = new();
    }

    private sealed record JoiningLongEnough
    {
        public static readonly JoiningLongEnough Instance = new();
    }

    private bool IsInOrder => HandOverRule.IsInOrder(
        _isPrepared, Context.System.Settings.Setup.Get<NodeEnd>() is { HasValue: true, Value.IsDecided: true },
        IsClustered ? Cluster.Get(Context.System).SelfMember.Status : null);

    private void BeginHandingOver()
    {
        foreach (var active in _isHandingOver ? [] : _active.Values.ToArray())
        {
            active.Coordinator.Tell(CoordinatorActor.StopTraining.Instance);
            _settings.Report($"{active.Name} is handed over after its present step");
        }

        _isHandingOver = true;
        _ledger.BeginLeaving();
        if (_active.Count == 0) Leave();
        EndHandingOverWhenReplicated();
    }

    /// <summary>Acknowledges all states before the coordinator leaves: its successor must have them, or waits for them.</summary>
    private void Leave()
    {
        if (!IsInOrder) return;
        Do(_ledger.Leaving(IsClustered ? OtherCandidates() : []));
        if (_ledger.Joining.Count > 0) Timers.StartSingleTimer(nameof(JoiningLongEnough), JoiningLongEnough.Instance, AwaitsNodes);
        TellAcknowledged();
    }

    /// <summary>The candidates that may take over, including those that have only just joined.</summary>
    private static IEnumerable<string> OtherCandidates()
    {
        var cluster = Cluster.Get(Context.System);
        var state = cluster.State;
        return state.Members
            .Where(member => member.UniqueAddress != cluster.SelfUniqueAddress && member.HasRole(ClusterPaths.CoordinatorRole)
                && member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up && !state.Unreachable.Contains(member))
            .Select(member => MembershipWatch.Name(member.Address));
    }

    private void EndHandingOverWhenReplicated()
    {
        if (!_isHandingOver || _active.Count > 0 || !_ledger.IsReplicated) return;
        if (!_isLossTold && _ledger.HasOpenRuns && !_settings.IsShared && !_ledger.IsCopied)
        {
            _isLossTold = true;
            _settings.Report("No other node has the newest states of all runs: they go on when this node is back on its data");
        }

        foreach (var asker in _waitingForHandOver) asker.Tell(Done.Instance);
        _waitingForHandOver.Clear();
        if (_isToStop) Context.Stop(Self);
    }
}
