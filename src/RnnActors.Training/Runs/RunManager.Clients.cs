using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Runs;

/// <summary>Clients: they submit runs, follow them and fetch the results.</summary>
internal sealed partial class RunManager
{
    private void ReceiveFromClients()
    {
        Receive<SubmitRun>(submit =>
        {
            if (_isHandingOver) return;
            if (submit.Acknowledged is { } known && known.RunId == submit.Job.RunId) Do(_ledger.Heard([known]));
            BackgroundThread.Run(() => Check(submit)).PipeTo(Self, Sender);
        });
        Receive<Refusal>(refusal => Sender.Tell(new RunRefused(refusal.RunId, refusal.Reason)));
        Receive<Submission>(Take);
        Receive<FollowRun>(follow =>
        {
            if (_isHandingOver) return;
            if (_ledger.Find(follow.RunId) is null) Sender.Tell(new RunRefused(follow.RunId, "the cluster has no such run"));
            else if (Connect(follow.RunId, brings: false, [])) TellOf(follow.RunId);
        });
        Receive<StopRun>(stop =>
        {
            // A late message of a client that has gone may concern a run that somebody else has begun again.
            if (_followers.Follows(Sender, stop.RunId) && _clients.Find(Sender) is { Brings: true })
                Do(_ledger.StopRequested(stop.RunId, "a follower stopped it", Now));
        });
        Receive<GetStatus>(_ => TellStatus(Sender, []));
        Receive<CoordinatorActor.PoolDescription>(pool =>
        {
            if (pool.RunId is { } runId && _active.TryGetValue(runId, out var active)) active.Unaudited = pool.Unaudited;
            TellStatus(pool.Asker, [.. pool.Before, pool]);
        });
        Receive<ChannelSink.ChannelOpened>(opened =>
        {
            if (_clients.Find(opened.Sink) is not { } client) return;
            client.Channel = opened.Channel;
            if (!client.Brings || _ledger.Find(client.RunId) is not { } run) return;
            foreach (string file in run.Missing) client.Sink.Fetch(ContentHash.Parse(file), client.Channel);
        });
        Receive<ChannelSink.ChannelBroken>(broken =>
        {
            if (_clients.Find(broken.Sink) is { } client) Forget(client);
        });
        Receive<ChannelSink.FileArrived>(arrived => Do(_ledger.FileStored(arrived.File.ToString())));
        Receive<ChannelSink.FileFailed>(failed =>
        {
            foreach (var client in _clients.All.Where(client => client.Brings))
                if (_ledger.Find(client.RunId)?.Missing.Contains(failed.File.ToString()) == true)
                    client.Follower.Tell(new RunRefused(client.RunId, $"its data could not be stored: {failed.Reason.TrimEnd('.')}"));
        });
        Receive<ChannelSink.FileRequested>(wanted =>
        {
            if (_clients.Find(wanted.Sink) is not { Channel: { } channel } client) return;
            if (CheckpointOf(client.RunId, wanted.File) is { } path) channel.SendFile(wanted.File, path);
            else channel.RefuseFile(wanted.File);
        });
    }

    /// <summary>
    /// The path of a checkpoint for a follower. The file in the run's folder comes first: it stays, while an offered copy is removed when the candidate
    /// answers.
    /// </summary>
    private string? CheckpointOf(string runId, ContentHash file)
    {
        if (_ledger.Find(runId)?.Checkpoints.FirstOrDefault(checkpoint => checkpoint.Hash == file.ToString()) is not { } found) return null;
        string path = Path.Combine(_settings.Directory.FolderOf(runId), found.Name);
        return File.Exists(path) ? path : PathOf(file);
    }

    /// <summary>Checks a job's hash, and finds its missing files.</summary>
    private object Check(SubmitRun submit)
    {
        var job = submit.Job;
        try
        {
            if (StoredRecords.IdOf(job) != job.RunId) return new Refusal(job.RunId, "its identity is not that of the job");
            return new Submission(submit, [.. _settings.Files.Missing(job).Select(file => file.ToString())]);
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return new Refusal(job.RunId, e.Message);
        }
    }

    private void Take(Submission submission)
    {
        var (submit, missing) = submission;
        var job = submit.Job;
        bool isOver = submit.IsAgain && _ledger.Find(job.RunId) is { Record.Ending: not null };
        if (!isOver && _ledger.ReasonToRefuse(job) is { } reason && _followers.EndToldTo(Sender, job.RunId) is null)
        {
            Sender.Tell(new RunRefused(job.RunId, reason));
            return;
        }

        if (!Connect(job.RunId, brings: true, missing)) return;
        if (isOver)
        {
            TellOf(job.RunId);
            return;
        }

        bool isNew = _ledger.Find(job.RunId)?.Record.Ending is not null || _ledger.Find(job.RunId) is null;
        Do(_ledger.Submitted(job, missing, new Submitter(submit.Owner, submit.Priority, Now)));
        if (isNew && _ledger.Find(job.RunId) is { Record.Ending: null })
            Note(job.RunId, $"It was submitted{(submit.Owner is null ? "" : $" by {submit.Owner}")}");
        TellOf(job.RunId);
    }

    /// <summary>Gives the sender a channel, and makes it a follower of the run.</summary>
    /// <returns>False for a repeated request, or for a run whose end the sender was told.</returns>
    private bool Connect(string runId, bool brings, IReadOnlyList<string> missing)
    {
        if (_clients.Find(Sender) is { } before)
        {
            // Clients repeat their requests. A slow client may not have shown its token yet, and a new one would make it worthless.
            if (before.RunId == runId && _listener.Expects(before.Token))
            {
                Accept(before, missing);
                return false;
            }

            // A repetition. A request after a lost channel would come later.
            if (before.RunId == runId && IsRecent(before.Since)) return false;
            Forget(before);
        }

        var sink = new ChannelSink(_settings.Directory.Files);
        sink.Attach(Self);
        var client = new Client(Sender, runId, brings, sink, _listener.Expect(sink));
        _clients.Add(client);
        Accept(client, missing);
        if (_followers.EndToldTo(Sender, runId) is { } told)
        {
            Sender.Tell(told);
            return false;
        }

        _followers.Add(Sender, runId);
        TellNeeds();
        if (_active.TryGetValue(runId, out var active))
            foreach (var standing in PoolOf(active)) Sender.Tell(EventFormat.Encode(runId, standing));
        return true;
    }

    /// <summary>Tells the sender that a run is over, and how it ended.</summary>
    private void TellOf(string runId)
    {
        if (_ledger.Find(runId)?.Record.Ending is { } ending) _followers.Tell(Sender, ending);
    }

    private void Accept(Client client, IReadOnlyList<string> missing) =>
        client.Follower.Tell(new RunAccepted(client.RunId, _epoch, new ChannelAddress(_settings.PublicHost, _listener.Port, client.Token), [.. missing],
            WaitsFor(client.RunId)));

    /// <summary>The nodes that take part, and those that cannot.</summary>
    private IEnumerable<TrainingEvent> PoolOf(ActiveRun active) =>
        [.. active.Nodes.Values, .. active.Unable.Values.Where(unable => _ledger.Nodes.Any(node => node.Node.Name == unable.Node))];

    private void Forget(Client client)
    {
        _clients.Remove(client);
        _followers.Remove(client.Follower);
        _listener.Forget(client.Token);
        client.Sink.Close("the client has gone");
    }

    private sealed record Submission(SubmitRun Submit, IReadOnlyList<string> Missing);

    private sealed record Refusal(string RunId, string Reason);
}
