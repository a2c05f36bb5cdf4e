using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Clients: they submit runs, follow them and fetch the results.</summary>
internal sealed partial class ManagerShell
{
    private readonly List<Client> _clients = [];

    public void Submit(ClientShell client, JobDescription job, AcknowledgedRun? acknowledged, int priority)
    {
        if (!_isReady || _isHandingOver) return;
        if (acknowledged is not null && _world.Bug != Bug.OlderCopyTakesOver) Hear(() => Do(_ledger.Heard([acknowledged])));
        _world.InBackground(Life, () => Take(client, job, priority, [.. _files.Missing(job).Select(file => file.ToString())]));
    }

    /// <summary>Asked for its status: whether the run is over, and under which epoch.</summary>
    public void Ask(ClientShell client, string runId) => Hear(() =>
    {
        bool isOver = _ledger.Find(runId)?.Record.Ending is not null;
        long epoch = Epoch;
        TellClient(client, () => client.Status(this, epoch, isOver));
    });

    public void StopRun(string runId) => Hear(() => Do(_ledger.StopRequested(runId)));

    private void Take(ClientShell client, JobDescription job, int priority, string[] missing) => Hear(() =>
    {
        if (_clients.Find(one => one.Shell == client && one.RunId == job.RunId) is { } before)
        {
            if (before.Channel is null && _world.Timeline.Now - before.Since < TimeSpan.FromMinutes(1))
            {
                Accept(before);
                return;
            }

            if (_world.Timeline.Now - before.Since < Repeated) return;
            Forget(before);
        }

        var link = new Client(client, job.RunId, new ChannelSink(Directory.Files), _world.Timeline.Now);
        link.Sink.Attach(new Ear(_world, Life, message => Hear(() => HearClient(link, message))));
        _clients.Add(link);
        Accept(link);
        Do(_ledger.Submitted(job, missing, new Submitter(null, priority, 0)));
        if (_ledger.Find(job.RunId)?.Record.Ending is { } ending) TellEnd(link, ending);
    });

    private void Accept(Client link)
    {
        long epoch = Epoch;
        TellClient(link.Shell, () => link.Shell.Accepted(this, epoch, sink => Open(link, sink)));
    }

    /// <summary>The client opens its channel.</summary>
    private void Open(Client link, ChannelSink sink) => _world.Timeline.In(TimeSpan.FromMilliseconds(2 + _world.Random.Next(20)), null, () =>
    {
        var client = link.Shell;
        if (HasEnded || link.Channel is not null || !_clients.Contains(link) || !Life.IsHeardAt(_world.Timeline.Now) || _world.Network.IsCut(client.Life, Life))
        {
            _world.Timeline.In(TimeSpan.FromMilliseconds(100), client.Life, () => sink.Broken("it could not be opened"));
            return;
        }

        link.Channel = new Channel(_world, Life, link.Sink, client.Life, sink);
        client.Opened(link.Channel, sink);
        if (_ledger.Find(link.RunId) is not { } run) return;
        foreach (string file in run.Missing) _world.Fetch(link.Channel, Life, link.Sink, ContentHash.Parse(file), client.Life, ClientShell.PathOf);
    });

    private void HearClient(Client link, object message)
    {
        switch (message)
        {
            case ChannelSink.ChannelBroken: Forget(link); break;
            case ChannelSink.FileArrived arrived: Do(_ledger.FileStored(arrived.File.ToString())); break;
            case ChannelSink.FileFailed: link.Channel?.Break("its data could not be stored"); break;
        }
    }

    private void Forget(Client link)
    {
        _clients.Remove(link);
        link.Channel?.Break("the client has gone", Life);
    }

    private void TellEnd(RunEnded ended)
    {
        foreach (var link in _clients.Where(link => link.RunId == ended.RunId)) TellEnd(link, ended);
    }

    private void TellEnd(Client link, RunEnded ended) => TellClient(link.Shell, () => link.Shell.Ended(this, ended));

    private void TellClient(ClientShell client, Action arrive) => _world.Network.Send(Life, client.Life, arrive);

    private sealed record Client(ClientShell Shell, string RunId, ChannelSink Sink, TimeSpan Since)
    {
        public Channel? Channel { get; set; }
    }
}
