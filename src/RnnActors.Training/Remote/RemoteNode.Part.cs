using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Remote;

/// <summary>The node's parts in runs: how they begin and end, and how they shrink where memory is short.</summary>
internal sealed partial class RemoteNode
{
    /// <summary>The time that workers which ran out of memory get to end in their process.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private readonly List<Part> _parts = [];

    /// <summary>Runs that wait for their turn, on a node of an older build that takes part in one at a time.</summary>
    private readonly List<TakePart> _waiting = [];

    /// <summary>Runs in which the node could not take part and tries again.</summary>
    private readonly Dictionary<string, TakePart> _retrying = [];
    private readonly Dictionary<string, Standing> _standings = [];
    private long _turns;

    private Part? PartOf(IActorRef coordinator) => _parts.Find(part => part.Coordinator.Equals(coordinator));

    private Part? PartOf(string runId) => _parts.Find(part => part.RunId == runId);

    private void Begin(TakePart take)
    {
        string runId = take.Job.RunId;
        _retrying.Remove(runId);
        if (_node.Workers == 0 || PartOf(runId) is not null || _takesNone) return;
        if (!_node.SharesRuns && _parts.Count > 0)
        {
            if (!_waiting.Contains(take)) _waiting.Add(take);
            return;
        }

        if (!_standings.TryGetValue(runId, out var standing))
        {
            foreach (string left in _standings.Keys.Where(id => _standings[id].HasLeft).ToArray()) _standings.Remove(left);
            _standings[runId] = standing = new Standing(new MemoryPlan(_node.Workers));
        }

        standing.HasLeft = false;
        _parts.Add(new Part(take, _turns++, standing));
        take.Coordinator.Tell(new NodeJoined(standing.Plan.Threads, _node.Name, IsRemote: true, Process: _node.Process));
    }

    /// <summary>The run is over, or begins again: its memory may be free for others now.</summary>
    private void Leave(string runId)
    {
        Timers.Cancel((nameof(TakePart), runId));
        _retrying.Remove(runId);
        _waiting.RemoveAll(take => take.Job.RunId == runId);
        if (_standings.TryGetValue(runId, out var standing)) standing.HasLeft = true;
        if (PartOf(runId) is not { } part) return;
        End(part);
        foreach (var again in _retrying.Values.ToArray())
        {
            Timers.Cancel((nameof(TakePart), again.Job.RunId));
            Begin(again);
        }
    }

    /// <summary>The node's memory is short. It takes part with less; if less is impossible, it tries again later.</summary>
    private void Shrink(Part part, MemoryPlan? less, string reason)
    {
        if (less is not { } plan)
        {
            TryLater(part, reason, isOutOfMemory: true);
            return;
        }

        part.Standing.Plan = plan;
        part.Coordinator.Tell(new NodeUnable(reason));
        TryIn(part, Settling);
    }

    private void TryLater(Part part, string reason, bool isOutOfMemory)
    {
        part.Coordinator.Tell(new NodeUnable(reason, isOutOfMemory));
        TryIn(part, part.Standing.Retry.Next());
        _retrying[part.RunId] = part.Take;
    }

    private void TryIn(Part part, TimeSpan wait)
    {
        End(part);
        Timers.StartSingleTimer((nameof(TakePart), part.RunId), part.Take, wait);
    }

    private void End(Part part)
    {
        _retransmission.End<PrepareRemoteRun>(part.RunId);
        if (part.Inbox is { } inbox) _sink.RouteAwayFrom(inbox);
        _peer.Tell(new RunClosed(_epoch, part.RunId, part.Turn));
        _parts.Remove(part);
        if (_waiting.Count == 0) return;
        var next = _waiting[0];
        _waiting.RemoveAt(0);
        Begin(next);
    }

    /// <summary>The node's state in a run that outlives a part, until it takes part in another run.</summary>
    private sealed class Standing(MemoryPlan plan)
    {
        /// <summary>How much of the node the run asks for.</summary>
        public MemoryPlan Plan { get; set; } = plan;

        public Backoff Retry { get; } = new();

        public bool HasLeft { get; set; }
    }

    /// <summary>The node's part in a run.</summary>
    private sealed class Part(TakePart take, long turn, Standing standing)
    {
        public TakePart Take { get; } = take;

        public IActorRef Coordinator => Take.Coordinator;

        public string RunId => Take.Job.RunId;

        public long Turn { get; } = turn;

        public Standing Standing { get; } = standing;

        /// <summary>The run's name in frames.</summary>
        public ContentHash Frames { get; set; }

        /// <summary>Null until the run is prepared for it, as are those below.</summary>
        public TrainingJob? Training { get; set; }

        public ParameterSender? Parameters { get; set; }

        public GradientInbox? Inbox { get; set; }

        public OutstandingOrders? Orders { get; set; }

        public ParametersPublished? Published { get; set; }

        /// <summary>Answers whose floats have not arrived yet.</summary>
        public List<(RemoteShardsComputed Answer, OutstandingOrders.Sending Sending)> Held { get; } = [];

        /// <summary>Null where nothing is traced.</summary>
        public RunTrace? Trace { get; set; }
    }
}
