using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The node's parts in runs: how they begin and end, and how they shrink where memory is short.</summary>
internal sealed partial class RemoteShell
{
    private readonly List<Part> _parts = [];
    private readonly List<RunShell> _waiting = [];
    private readonly Dictionary<string, Standing> _standings = [];
    private long _turns;

    public void TakePart(RunShell run)
    {
        string runId = run.Job.Description.RunId;
        if (Node.Workers == 0 || PartOf(runId) is not null || _takesNone || HasFallen) return;
        if (!Node.SharesRuns && _parts.Count > 0)
        {
            if (!_waiting.Contains(run)) _waiting.Add(run);
            return;
        }

        if (!_standings.TryGetValue(runId, out var standing))
        {
            foreach (string left in _standings.Keys.Where(id => _standings[id].HasLeft).ToArray()) _standings.Remove(left);
            _standings[runId] = standing = new Standing(new MemoryPlan(Node.Workers));
        }

        (standing.HasLeft, standing.Retrying) = (false, null);
        _parts.Add(new Part(run, _turns++, standing));
        _world.Oracle.Asked(run, this, standing.Plan);
        run.Welcome(this, null, standing.Plan.Threads, Node.Name);
    }

    /// <summary>It ran out of memory, and is asked for less.</summary>
    public void SetAside(RunShell run, string reason)
    {
        if (PartOf(run) is not { } part) return;
        _world.Oracle.SetAside(run, this, part.Standing.Plan);
        Shrink(part, part.Standing.Plan.Smaller(), reason);
    }

    public void LeaveRun(string runId)
    {
        _waiting.RemoveAll(run => run.Job.Description.RunId == runId);
        if (!_standings.TryGetValue(runId, out var standing)) return;
        standing.Said++;
        (standing.HasLeft, standing.Retrying) = (true, null);
        if (PartOf(runId) is not { } part) return;
        EndPart(part);
        foreach (var other in _standings.Values.Where(other => other.Retrying is not null).ToArray())
        {
            other.Said++;
            TakePart(other.Retrying!);
        }
    }

    /// <summary>It was found to compute wrongly.</summary>
    public void ShutOut(string reason)
    {
        _takesNone = true;
        foreach (var part in _parts.ToArray())
        {
            part.Run.Lose(this, reason);
            EndPart(part);
        }
    }

    /// <summary>Takes part with less, or, where there is no less, tries again from time to time.</summary>
    private void Shrink(Part part, MemoryPlan? less, string reason)
    {
        if (less is not { } plan)
        {
            TryLater(part, reason, isOutOfMemory: true);
            return;
        }

        if (_world.Bug != Bug.ShortNodeIsAskedForTheSame) part.Standing.Plan = plan;
        TakePartIn(part, Settling, reason, isOutOfMemory: false);
    }

    private void TryLater(Part part, string reason, bool isOutOfMemory)
    {
        TakePartIn(part, part.Standing.Retry.Next(), reason, isOutOfMemory);
        part.Standing.Retrying = part.Run;
    }

    private void TakePartIn(Part part, TimeSpan wait, string reason, bool isOutOfMemory)
    {
        part.Run.Unable(this, reason, isOutOfMemory);
        EndPart(part);
        int said = ++part.Standing.Said;
        _world.Timeline.In(wait, Manager.Life, () =>
        {
            if (part.Standing.Said == said && Manager.Trains(part.Run)) TakePart(part.Run);
        });
    }

    private Part? PartOf(RunShell run) => _parts.Find(part => part.Run == run);

    private Part? PartOf(string runId) => _parts.Find(part => part.RunId == runId);

    private Part? PartOf(PrepareRemoteRun prepare) =>
        !HasFallen && prepare.Epoch == Epoch && PartOf(prepare.Job.RunId) is { IsPrepared: true } part && prepare.Turn == part.Turn ? part : null;

    private void EndPart(Part part)
    {
        if (part.Inbox is { } inbox) _sink.RouteAwayFrom(inbox);
        Tell(node => node.RunClosed(this, Epoch, part.RunId, part.Turn));
        _parts.Remove(part);
        if (_waiting.Count == 0) return;
        var next = _waiting[0];
        _waiting.RemoveAt(0);
        TakePart(next);
    }

    private sealed class Standing(MemoryPlan plan)
    {
        public MemoryPlan Plan { get; set; } = plan;

        public Backoff Retry { get; } = new();

        public int Said { get; set; }

        public RunShell? Retrying { get; set; }

        public bool HasLeft { get; set; }
    }

    private sealed class Part(RunShell run, long turn, Standing standing)
    {
        public RunShell Run { get; } = run;

        public long Turn { get; } = turn;

        public Standing Standing { get; } = standing;

        public string RunId => Run.Job.Description.RunId;

        /// <summary>Whether its run has prepared it.</summary>
        public bool IsPrepared { get; set; }

        public ParametersPublished? Published { get; set; }

        public List<(RemoteShardsComputed Answer, OutstandingOrders.Sending Sending)> Held { get; } = [];

        public ContentHash Frames { get; set; }

        public ParameterSender? Parameters { get; set; }

        public GradientInbox? Inbox { get; set; }

        public OutstandingOrders? Orders { get; set; }
    }
}
