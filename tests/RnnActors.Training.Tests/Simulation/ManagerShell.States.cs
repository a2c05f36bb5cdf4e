using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Which states are acknowledged, and how newer ones than the coordinator's come back to it.</summary>
internal sealed partial class ManagerShell
{
    private static readonly TimeSpan AwaitsNodes = TimeSpan.FromSeconds(3), BetweenNews = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, AcknowledgedRun> _toTell = [];
    private readonly ReplicaKeeper _returned;

    public void Returned(RemoteShell remote, ReplicaReturned answer) => _world.InBackground(Life, () =>
    {
        if (answer.Run is not { } run)
        {
            NotReturned(remote, answer.RunId);
            return;
        }

        var offer = new OfferReplica(Epoch, run, 0, answer.Checkpoints);
        _returned.BeginAnew(offer);
        var lacking = _returned.Lack(offer);
        Hear(() =>
        {
            if (!remote.HasFallen && _returned.Await(lacking, complete => StoreReturned(remote, complete))) remote.FetchFiles([.. lacking.Files]);
        });
    });

    public void FileCame(RemoteShell remote, ContentHash file, string? problem) => Hear(() =>
    {
        if (problem is null) _returned.Arrived(file, offer => StoreReturned(remote, offer));
        else _returned.Failed(file, offer => NotReturned(remote, offer.Run.Job.RunId));
    });

    /// <summary>A person gives up what was acknowledged and is nowhere.</summary>
    public void AcceptLosses() => Hear(() =>
    {
        foreach (var lost in _ledger.Ahead.ToArray())
        {
            _world.Log?.Add($"{_world.Timeline.Now} somebody gives up step {lost.Step} of {lost.Name}");
            _world.Oracle.GivesUp(lost);
            Do(_ledger.LossAccepted(lost.RunId));
        }
    });

    private void NotReturned(RemoteShell remote, string runId) => Hear(() =>
    {
        _returned.Forget();
        Do(_ledger.NotReturned(remote.Node.NodeId, runId));
    });

    private void StoreReturned(RemoteShell remote, OfferReplica offer) => _world.InBackground(Life, () =>
    {
        if ((Life.Machine.IsFull ? "the disk is full" : _returned.Store(offer)) is not null)
        {
            NotReturned(remote, offer.Run.Job.RunId);
            return;
        }

        string[] missing = [.. _files.Missing(offer.Run.Job).Select(file => file.ToString())];
        var files = NewestOf(offer.Run.Job.RunId);
        Hear(() =>
        {
            _returned.Forget();
            Do(_ledger.Returned(offer.Run, missing, files));
        });
    });

    private void Await()
    {
        var members = (Life.Cluster?.Members ?? []).Where(Hears);
        _world.Timeline.In(AwaitsNodes, Life, () => Hear(() =>
        {
            if (_ledger.Awaited.Count > 0) Do(_ledger.AwaitedLongEnough());
        }));
        if (_world.Bug == Bug.OlderCopyTakesOver) Do(_ledger.Started());
        else Do(_ledger.Started([.. members.Select(member => member.Machine.Name)], Directory.ReadAcknowledged()));
    }

    private void Leave()
    {
        Do(_ledger.Leaving(OtherCandidates.Where(Hears).Select(member => member.Machine.Name)));
        _world.Timeline.In(AwaitsNodes, Life, () => Hear(() =>
        {
            _ledger.JoiningLongEnough();
            EndHandingOverWhenReplicated();
        }));
        TellAcknowledged(isLast: true);
    }

    private void TellAcknowledged(bool isLast = false)
    {
        if (HasEnded) return;
        if (!isLast) _world.Timeline.In(BetweenNews, Life, () => TellAcknowledged());
        if (_toTell.Count == 0) return;
        var message = Acknowledged([.. _toTell.Values]);
        _toTell.Clear();
        foreach (var node in _ledger.Nodes)
        {
            var to = _peers[node.Node.NodeId].Node;
            Tell(to, () => to.HearAll(message));
        }

        foreach (var run in message.Runs)
            foreach (var link in _clients.Where(link => link.RunId == run.RunId)) TellClient(link.Shell, () => link.Shell.Acknowledged(this, run));
    }

    private RunsAcknowledged Acknowledged(AcknowledgedRun[] runs) =>
        new(Epoch, _world.Bug == Bug.OlderCopyTakesOver ? [] : runs, [.. _ledger.Ahead.Select(ahead => ahead.RunId)]);
}
