using Akka.Actor;
using Akka.Cluster;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>Acknowledged states: all nodes are told of them, and states newer than this coordinator's are fetched from the nodes that have them.</summary>
internal sealed partial class RunManager
{
    /// <summary>How long the coordinator waits for nodes to register.</summary>
    private static readonly TimeSpan AwaitsNodes = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, AcknowledgedRun> _toTell = [];
    private readonly HashSet<string> _told = [];
    private readonly ReplicaKeeper _returned;

    private void ReceiveAboutStates()
    {
        Receive<AwaitedLongEnough>(_ => _ledger.Awaited.Count > 0, _ =>
        {
            _settings.Report($"{string.Join(", ", _ledger.Awaited)} did not say in {AwaitsNodes.TotalSeconds:0} s what there is of runs; not waiting "
                + $"any longer");
            Do(_ledger.AwaitedLongEnough());
        });
        Receive<RemoteNode.RunReturned>(returned => BackgroundThread.Run<object>(() => Check(returned)).PipeTo(
            Self, failure: e => new NotReturned(returned.NodeId, returned.Answer.RunId, e.Message)));
        Receive<Returning>(returning =>
        {
            if (!_remotes.TryGetValue(returning.NodeId, out var remote) || !_returned.Await(returning.Lacking, offer => StoreReturned(returning.NodeId, offer)))
                return;
            remote.Tell(new RemoteNode.FetchFiles([.. returning.Lacking.Files]));
        });
        Receive<RemoteNode.FileCame>(came =>
        {
            if (came.Problem is null) _returned.Arrived(came.File, offer => StoreReturned(came.NodeId, offer));
            else _returned.Failed(came.File, offer => Self.Tell(new NotReturned(came.NodeId, offer.Run.Job.RunId, came.Problem)));
        });
        Receive<StoredReturned>(stored =>
        {
            _returned.Forget();
            _settings.Report($"{stored.Run.Job.Name} has its newest state again");
            Do(_ledger.Returned(stored.Run, stored.Missing, stored.Checkpoints));
        });
        Receive<NotReturned>(failed =>
        {
            _returned.Forget();
            _settings.Report($"The newest state of {NameOf(failed.RunId)} could not be fetched: {failed.Reason.TrimEnd('.')}");
            Do(_ledger.NotReturned(failed.NodeId, failed.RunId));
        });
        Receive<FetchAgain>(again =>
        {
            if (!_isHandingOver) Do(_ledger.ReturnDue(again.NodeId, again.RunId));
        });
        Receive<AcceptLoss>(accept =>
        {
            if (_ledger.AheadOf(accept.RunId) is not { } lost)
            {
                Sender.Tell(new RunRefused(accept.RunId, "nothing is acknowledged of this run beyond what the coordinator has"));
                return;
            }

            Do(_ledger.LossAccepted(accept.RunId));
            long step = Math.Max(0, _ledger.Find(accept.RunId)?.NewestStep ?? 0);
            _settings.Report($"{lost.Name} goes on from step {step}: a user has given up step {lost.Step}");
            Sender.Tell(new LossAccepted(accept.RunId, step, lost.Step));
        });
    }

    /// <summary>What a run waits for; null if it has the acknowledged state.</summary>
    private string? WaitsFor(string runId) => _ledger.AheadOf(runId) is { } ahead ? WaitsFor(ahead) : null;

    private string WaitsFor(AcknowledgedRun ahead)
    {
        string has = _ledger.Find(ahead.RunId) is { } run ? $"step {run.UsableStep ?? run.NewestStep}" : "nothing of it";
        return $"{ahead.Name} waits for its newest state: step {ahead.Step} was acknowledged by {ahead.Holder}, and this coordinator has {has}. Start "
            + $"a node that holds it on its data, or give it up: rnnactors accept-loss {RunIds.Short(ahead.RunId)} --cluster "
                + $"{_settings.Name}";
    }

    /// <summary>Reports once what is waited for, in the log and in the node's health.</summary>
    private void TellOfStates()
    {
        string[] waiting = [.. _ledger.Ahead.Select(WaitsFor)];
        _settings.Readiness.Say(nameof(RunManager), waiting.FirstOrDefault());
        _told.IntersectWith(waiting);
        foreach (string news in waiting)
            if (_told.Add(news)) _settings.Report(news);
    }

    private void Await()
    {
        string[] members = IsClustered
            ? [.. Cluster.Get(Context.System).State.Members.Where(IsExpected).Select(member => MembershipWatch.Name(member.Address))]
            : [];
        Timers.StartSingleTimer(nameof(AwaitedLongEnough), AwaitedLongEnough.Instance, AwaitsNodes);
        Do(_ledger.Started(members, _settings.Directory.ReadAcknowledged()));
    }

    private static bool IsExpected(Member member) =>
        member.Status == Akka.Cluster.MemberStatus.Up && !Cluster.Get(Context.System).State.Unreachable.Contains(member);

    /// <summary>Tells nodes and followers which states were newly acknowledged.</summary>
    private void TellAcknowledged()
    {
        TellOfStates();
        if (_toTell.Count == 0) return;
        var message = Acknowledged([.. _toTell.Values]);
        _toTell.Clear();
        foreach (var node in _ledger.Nodes) _peers[node.Node.NodeId].Actor.Tell(message);
        foreach (var run in message.Runs)
            foreach (var follower in _followers.Of(run.RunId)) follower.Tell(message with { Runs = [run], Lacking = [] });
    }

    private RunsAcknowledged Acknowledged(AcknowledgedRun[] runs) => new(_epoch, runs, [.. _ledger.Ahead.Select(ahead => ahead.RunId)]);

    private string NameOf(string runId) => _ledger.Find(runId)?.Job.Name ?? _ledger.AheadOf(runId)?.Name ?? runId;

    private void Fetch(FetchRun fetch)
    {
        var node = _ledger.Nodes.First(registered => registered.Node.NodeId == fetch.NodeId).Node;
        _settings.Report($"{node.Name} holds a newer state of {NameOf(fetch.RunId)}, which is fetched");
        _remotes.GetValueOrDefault(fetch.NodeId)?.Tell(new RemoteNode.ReturnRun(fetch.RunId));
    }

    private object Check(RemoteNode.RunReturned returned)
    {
        var answer = returned.Answer;
        if (answer.Run is not { } run) return new NotReturned(returned.NodeId, answer.RunId, "the node does not have it");
        if (run.Job.RunId != answer.RunId || StoredRecords.IdOf(run.Job) != answer.RunId)
            return new NotReturned(returned.NodeId, answer.RunId, "what the node returned is another run");
        var offer = new OfferReplica(_epoch, run, 0, answer.Checkpoints);
        _returned.BeginAnew(offer); // an earlier offer was from a node that has left or registered again since: one is fetched at a time
        return new Returning(returned.NodeId, _returned.Lack(offer));
    }

    private void StoreReturned(string nodeId, OfferReplica offer) => BackgroundThread.Run<object>(() => _returned.Store(offer) is { } problem
        ? new NotReturned(nodeId, offer.Run.Job.RunId, problem)
        : new StoredReturned(
            offer.Run, [.. _settings.Files.Missing(offer.Run.Job).Select(file => file.ToString())],
            ReplicaFiles.Newest(_settings.Directory.CheckpointsOf(offer.Run.Job.RunId), _settings.Report)))
        .PipeTo(Self, failure: e => new NotReturned(nodeId, offer.Run.Job.RunId, e.Message));

    private sealed record AwaitedLongEnough
    {
        public static readonly AwaitedLongEnough Instance = new();
    }

    /// <summary>A node returns a run, with the files that are missing here.</summary>
    private sealed record Returning(string NodeId, ReplicaKeeper.Lacking Lacking);

    private sealed record StoredReturned(RunRecord Run, IReadOnlyList<string> Missing, IReadOnlyList<ReplicaFile> Checkpoints);

    private sealed record NotReturned(string NodeId, string RunId, string Reason);
}
