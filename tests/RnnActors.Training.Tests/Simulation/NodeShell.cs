using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>A node's side of its coordinator: what <c>RemoteCoordinator</c> routes, and its inboxes and replicas, which are the product's own.</summary>
internal sealed class NodeShell
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250), Presence = TimeSpan.FromSeconds(1);

    private readonly World _world;
    private readonly ReplicaKeeper _replicas;
    private readonly AcknowledgedRuns _acknowledged;
    private readonly UnwrittenRecords _unwritten;
    private Dictionary<string, long>? _held;
    private Dictionary<ContentHash, string> _returned = [];
    private bool _isReadingHeld, _isUnwritten;
    private TimeSpan _written;
    private Link? _opening, _link;
    private bool _isHere, _isLeaving;
    private ManagerShell? _hereOf;
    private readonly PreparedRuns<PartShell> _parts = new();
    private TimeSpan _lastPresence;
    private Action? _left;

    public NodeShell(World world, Life life, NodeDirectory directory)
    {
        (_world, Life, Directory) = (world, life, directory);
        (_replicas, Epoch) = (new ReplicaKeeper(directory), directory.ReadEpoch());
        _acknowledged = new AcknowledgedRuns(directory.ReadAcknowledged());
        _unwritten = new UnwrittenRecords(directory, _ => { }, life.Machine.CheckRoom);
        Tick();
    }

    public Life Life { get; }

    public NodeDirectory Directory { get; }

    public long Epoch { get; private set; }

    /// <summary>Whether it is registered with a coordinator, and may be given work.</summary>
    public bool IsRegistered => _link is not null || _isHere;

    private void Tick()
    {
        Check();
        _world.Timeline.In(Retry, Life, Tick);
    }

    private void Check()
    {
        WriteAcknowledged();
        _unwritten.TryAgain();
        if (_isHere && (_hereOf!.HasEnded || Life.Manager != _hereOf)) Reset();
        if (_isLeaving && !IsRegistered) Left();
        if (!IsRegistered)
        {
            if (_opening is not null || _isLeaving || !KnowsHeld()) return;
            var register = new RegisterNode(
                Life.Machine.Describe(Life, Epoch), [.. _acknowledged.All], [.. (_held ?? []).Select(run => new HeldRun(run.Key, run.Value))]);
            _world.TellCoordinator(Life, manager => manager.Register(this, register));
            return;
        }

        if (_world.Timeline.Now - _lastPresence < Presence) return;
        _lastPresence = _world.Timeline.Now;
        long epoch = _link?.Epoch ?? Epoch;
        string[] runs = [.. _parts.Ids];
        _world.TellCoordinator(Life, manager => manager.Present(this, epoch, runs));
    }

    /// <param name="remote">Null in the coordinator's own process.</param>
    public void Accepted(ManagerShell manager, RemoteShell? remote, long epoch, RunsAcknowledged acknowledged)
    {
        if (IsRegistered || _opening is not null || _isLeaving) return;
        if (epoch < Epoch && _world.Bug != Bug.EpochIsNoFence) return;
        _world.Oracle.Follows(this, epoch);
        if (epoch > Epoch)
        {
            Epoch = epoch;
            _unwritten.WriteEpoch(epoch);
        }

        HearAll(acknowledged);
        if (remote is null)
        {
            (_isHere, _hereOf) = (true, manager);
            return;
        }

        var sink = new ChannelSink(Directory.Files);
        var link = _opening = new Link(epoch, remote, sink);
        sink.Attach(new Ear(_world, Life, message => Hear(link, message)));
        remote.Open(this, sink, channel =>
        {
            if (_opening != link) return;
            if (channel is null)
            {
                Reset();
                return;
            }

            (_link, _opening) = (link, null);
            link.Channel = channel;
            _lastPresence = _world.Timeline.Now;
        });
    }

    /// <summary>It may become the coordinator all the same.</summary>
    public void Refused(long epoch, AcknowledgedRun[] acknowledged)
    {
        if (IsRegistered) return;
        if (epoch > Epoch)
        {
            _world.Oracle.Follows(this, epoch);
            Epoch = epoch;
            _unwritten.WriteEpoch(epoch);
        }

        Hear(acknowledged);
    }

    public void HearAll(RunsAcknowledged told)
    {
        if (told.Epoch >= Epoch) Hear(told.Runs);
    }

    /// <summary>The coordinator wants what this node holds of a run.</summary>
    public void Return(RemoteShell from, ReturnReplica wanted)
    {
        if (!IsPresent(from, wanted.Epoch)) return;
        _world.InBackground(Life, () =>
        {
            Dictionary<ContentHash, string> paths = [];
            var run = Directory.ReadRuns().FirstOrDefault(run => run.Job.RunId == wanted.RunId);
            string folder = Directory.FolderOf(wanted.RunId);
            ReplicaFile[] files = run is null ? [] : [.. ReplicaFiles.Newest(new RnnActors.Core.Checkpoints.CheckpointFolder(folder), _ => { })];
            foreach (var file in files) paths[ContentHash.Parse(file.Hash)] = Path.Combine(folder, file.Name);
            _returned = paths;
            if (_link is { } link) Tell(link.Peer, remote => remote.Returned(new ReplicaReturned(wanted.Epoch, wanted.RunId, run, files)));
        });
    }

    public string? PathOfReturned(ContentHash file) => _returned.GetValueOrDefault(file) is { } path && File.Exists(path) ? path
        : _returned.Count > 0 && Directory.Files.Holds(file) ? Directory.Files.PathOf(file) : null;

    /// <summary>The process ends in order.</summary>
    public void End() => WriteAcknowledged(atOnce: true);

    private bool KnowsHeld()
    {
        if (_held is not null || !Life.Machine.IsCandidate) return true;
        if (!_isReadingHeld)
        {
            _world.InBackground(Life, () =>
            {
                (_held, _isReadingHeld) = (ReplicaFiles.Held(Directory).ToDictionary(run => run.RunId, run => run.Step), false);
                Check();
            });
        }

        _isReadingHeld = true;
        return false;
    }

    private void Hear(IEnumerable<AcknowledgedRun>? said)
    {
        if (_acknowledged.Hear(said).Count > 0) _isUnwritten = true;
    }

    private void WriteAcknowledged(bool atOnce = false)
    {
        if (!_isUnwritten || Life.Machine.IsFull || (!atOnce && _world.Timeline.Now - _written < TimeSpan.FromSeconds(2))) return;
        (_written, _isUnwritten) = (_world.Timeline.Now, false);
        Directory.WriteAcknowledged(_acknowledged.All);
    }

    public void RegisterAgain(long epoch)
    {
        if (epoch >= Epoch || _world.Bug == Bug.EpochIsNoFence) Reset();
    }

    public void Prepare(RemoteShell from, PrepareRemoteRun prepare)
    {
        if (!IsPresent(from, prepare.Epoch)) return;
        if (_parts.TryFind(prepare, out var known))
        {
            known.AnswerAgain();
            return;
        }

        if (_parts.IsLate(prepare)) return;
        foreach (var over in _world.Bug == Bug.PartsOfOtherRunsEnd ? _parts.Clear() : _parts.Before(prepare)) over.End();
        _parts.Add(prepare, new PartShell(_world, this, _link!, prepare));
    }

    public void RunClosed(RemoteShell from, long epoch, string runId, long turn)
    {
        if (!IsPresent(from, epoch)) return;
        foreach (var over in _parts.Close(runId, turn)) over.End();
    }

    public void Keep(RemoteShell from, OfferReplica offer)
    {
        if (!IsPresent(from, offer.Epoch)) return;
        if (!_replicas.Begin(offer))
        {
            Answer(_replicas.Answer);
            return;
        }

        _world.InBackground(Life, () =>
        {
            var lacking = _replicas.Lack(offer);
            if (_link is null || !_replicas.Await(lacking, Store)) return;
            foreach (var file in lacking.Files) _link.Fetch(_world, this, file);
        });
    }

    public void Leave(Action left)
    {
        (_isLeaving, _left) = (true, left);
        if (_link is null) Left();
        else SayLeaving(_link);
    }

    public void Released() => Left();

    /// <summary>To the coordinator's process, about this node.</summary>
    public void Tell(RemoteShell to, Action<RemoteShell> arrive) => _world.Network.Send(Life, to.Manager.Life, () => arrive(to));

    public void Reset()
    {
        foreach (var over in _parts.Clear()) over.End();
        _replicas.Forget();
        _link?.Channel?.Break("the node registers anew", Life);
        (_link, _opening, _isHere, _hereOf) = (null, null, false, null);
        (_held, _returned) = (null, []);
        WriteAcknowledged(atOnce: true);
        if (_isLeaving) Left();
    }

    private void SayLeaving(Link link)
    {
        if (_link != link || _left is null) return;
        Tell(link.Peer, remote => remote.Leave());
        _world.Timeline.In(TimeSpan.FromSeconds(1), Life, () => SayLeaving(link));
    }

    private void Left()
    {
        var left = _left;
        _left = null;
        left?.Invoke();
    }

    private bool IsPresent(RemoteShell from, long epoch) => _link is not null && epoch == _link.Epoch && from == _link.Peer;

    private void Hear(Link link, object message)
    {
        switch (message)
        {
            case ChannelSink.ChannelBroken when link == _link || link == _opening: Reset(); break;
            case ChannelSink.FileArrived arrived:
                foreach (var part in _parts.Parts.ToArray()) part.Arrived(arrived.File);
                _replicas.Arrived(arrived.File, Store);
                break;
            case ChannelSink.FileFailed failed:
                foreach (var part in _parts.Parts.ToArray()) part.Failed(failed.File, failed.Reason);
                _replicas.Failed(failed.File, offer => Kept(offer, failed.Reason));
                break;
        }
    }

    private void Store(OfferReplica offer)
    {
        if (_world.Bug == Bug.CopyAnsweredBeforeStored) Answer(new ReplicaStored(offer.Epoch, offer.Run.Job.RunId, offer.Revision, null), offer);
        _world.InBackground(Life, () => Kept(offer, Life.Machine.IsFull ? "the disk is full" : _replicas.Store(offer)));
    }

    private void Kept(OfferReplica offer, string? problem)
    {
        if (problem is null)
        {
            _held ??= [];
            _held[offer.Run.Job.RunId] = Math.Max(
                _held.GetValueOrDefault(offer.Run.Job.RunId), offer.Checkpoints.Select(ReplicaFiles.StepOf).DefaultIfEmpty().Max());
        }

        Answer(_replicas.Done(offer, problem), offer);
    }

    private void Answer(ReplicaStored? answer, OfferReplica? offer = null)
    {
        if (answer is null || _link is null) return;
        if (answer.Problem is null && offer is not null) _world.Oracle.Copied(this, offer);
        Tell(_link.Peer, remote => remote.Stored(answer));
    }

    /// <summary>The coordinator that it is registered with, as far as the channel goes.</summary>
    public sealed class Link(long epoch, RemoteShell peer, ChannelSink sink)
    {
        public long Epoch { get; } = epoch;

        public RemoteShell Peer { get; } = peer;

        public ChannelSink Sink { get; } = sink;

        public Channel? Channel { get; set; }

        public void Fetch(World world, NodeShell node, ContentHash file) =>
            world.Fetch(Channel!, node.Life, Sink, file, Peer.Manager.Life, Peer.Manager.PathOf);
    }
}
