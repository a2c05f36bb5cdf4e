using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Remote;

/// <summary>The node's part in a run: how it begins and ends, and how it shrinks where memory is short.</summary>
internal sealed partial class RemoteNode
{
    /// <summary>Until the workers that ran out of memory have ended in their process.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private void Begin(TakePart take)
    {
        if (_node.Workers == 0 || _part is not null || _isLeaving) return;
        if (take.Job.RunId != _plannedRun) (_plannedRun, _plan) = (take.Job.RunId, new MemoryPlan(_node.Workers));
        _part = new Part(take.Coordinator, take.Job, _turns++);
        _published = null;
        take.Coordinator.Tell(new NodeJoined(_plan.Threads, _node.Name, IsRemote: true));
    }

    /// <summary>The node's memory is short: it takes part with less, or, where there is no less, tries again from time to time.</summary>
    private void Shrink(MemoryPlan? less, string reason)
    {
        if (less is not { } plan)
        {
            TryLater(reason, isOutOfMemory: true);
            return;
        }

        _plan = plan;
        var again = new TakePart(_part!.Coordinator, _part.Job);
        again.Coordinator.Tell(new NodeUnable(reason));
        End();
        Timers.StartSingleTimer(nameof(TakePart), again, Settling);
    }

    private void TryLater(string reason, bool isOutOfMemory)
    {
        var again = new TakePart(_part!.Coordinator, _part.Job);
        again.Coordinator.Tell(new NodeUnable(reason, isOutOfMemory));
        End();
        Timers.StartSingleTimer(nameof(TakePart), again, _retry.Next());
    }

    private static MemoryPlan? Lesser(MemoryPlan offered, MemoryPlan? below) =>
        below is { } other && (other.Threads < offered.Threads || (other.Threads == offered.Threads && other.InSmallRounds)) ? other
            : below is null ? null : offered;

    private void End()
    {
        if (_part is null) return;
        _retransmission.End<PrepareRemoteRun>();
        _sink.RouteNowhere();
        _peer.Tell(new RunClosed(_epoch, RunId, _part.Turn));
        _part = null;
        _held.Clear();
    }

    /// <summary>The node's part in a run.</summary>
    private sealed class Part(IActorRef coordinator, JobDescription job, long turn)
    {
        public IActorRef Coordinator { get; } = coordinator;

        public JobDescription Job { get; } = job;

        public long Turn { get; } = turn;

        /// <summary>The run's name in frames.</summary>
        public ContentHash Frames { get; set; }

        public TrainingJob? Training { get; set; }

        public ParameterSender? Parameters { get; set; }

        public GradientInbox? Inbox { get; set; }

        public OutstandingOrders? Orders { get; set; }

        /// <summary>Null where nobody listens.</summary>
        public RunTrace? Trace { get; set; }
    }
}
