using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>How the node registers with the coordinator, and its heartbeats.</summary>
internal sealed partial class RemoteCoordinator
{
    private const int PresencesBetweenStorage = 15;
    private const string NotRegistered = "It has not registered with the coordinator yet";

    private static readonly TimeSpan Presence = TimeSpan.FromSeconds(1);

    private readonly UnwrittenRecords _unwritten;
    private long _lastPresence, _epochTried;

    /// <summary>Registers the node. If it is registered, sends a heartbeat, which the coordinator answers if it does not know the node.</summary>
    private void Check()
    {
        WriteAcknowledged();
        RememberAgain();
        SayPreparation();
        if (_isLeaving && _link is null && !_isHere) Left();
        if (_link is null && !_isHere)
        {
            if (_opening is not null || _isLeaving || !KnowsHeld()) return;
            HeldRun[] held = [.. (_held ?? []).Select(run => new HeldRun(run.Key, run.Value))];
            _coordinator.Tell(new RegisterNode(Described(), [.. _acknowledged.All], held), Self);
            return;
        }

        long now = Environment.TickCount64;
        if (now - _lastPresence < Presence.TotalMilliseconds) return;
        _lastPresence = now;
        TellStorage();
        string[] runs = [.. _parts.Ids];
        _coordinator.Tell(new NodePresent(
            _settings.Node.NodeId, _epoch, runs.FirstOrDefault(), _settings.Readiness.Problem, runs.Length > 1 ? runs[1..] : null), Self);
    }

    /// <summary>A refused node may still become the coordinator, so it learns the acknowledged states.</summary>
    private void Refused(NodeRefused refused)
    {
        if (_isHere) return;
        if (_link is null) // a node that was registered before it was excluded knows them already
        {
            if (refused.Epoch > _epoch)
            {
                _epoch = refused.Epoch;
                Remember();
            }

            Hear(refused.Acknowledged);
        }

        _settings.Readiness.Say(Registration, $"The coordinator refuses this node: {refused.Reason.TrimEnd('.')}");
        ReportOnce($"The coordinator refuses this node: {refused.Reason}");
    }

    /// <summary>Reports what the node holds when that has changed, and again from time to time, since a message may be lost.</summary>
    private void TellStorage()
    {
        if (_settings.Use.Status is not { } held || (held == _storageTold && ++_presences % PresencesBetweenStorage != 0)) return;
        _storageTold = held;
        _coordinator.Tell(new StorageHeld(_settings.Node.NodeId, held, _settings.Credentials?.Warning), Self);
    }

    private void Accepted(NodeAccepted accepted)
    {
        if (_link is not null || _opening is not null || _isHere || _isLeaving || accepted.Epoch < _epoch) return;
        if (accepted.Epoch > _epoch)
        {
            _epoch = accepted.Epoch;
            Remember();
        }

        if (accepted.Acknowledged is { } told) HearAll(told);
        if (accepted.Channel is not { } address)
        {
            // The coordinator is in this process and runs the workers itself.
            _isHere = true;
            _settings.Readiness.Say(Registration, null);
            Context.Watch(Sender);
            return;
        }

        var sink = new ChannelSink(_settings.Directory.Files);
        sink.Attach(Self);
        _opening = new Opening(
            accepted.Epoch, Sender, sink, TensorChannel.Connect(address.Host, address.Port, address.Token, _settings.Credentials, sink, _settings.Channel));
    }

    private void Remember()
    {
        _unwritten.WriteEpoch(_epoch);
        _epochTried = Environment.TickCount64;
    }

    /// <summary>Writes again what could not be written because the disk was full.</summary>
    private void RememberAgain()
    {
        if (_unwritten.IsEmpty || Environment.TickCount64 - _epochTried < BetweenWrites.TotalMilliseconds) return;
        _epochTried = Environment.TickCount64;
        _unwritten.TryAgain();
    }

    private NodeDescription Described()
    {
        var node = _settings.Node with { HighestEpoch = _epoch, IsDrained = _isDrained };
        return _isDrained ? node with { Workers = 0 } : node;
    }
}
