using System.Collections.Concurrent;
using Akka.Actor;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>Receives a run's blocks from a channel, on its reading thread.</summary>
internal interface IRunInbox
{
    /// <inheritdoc cref="IFrameSink.Accept"/>
    FrameTarget Accept(in Frame frame);

    /// <inheritdoc cref="IFrameSink.Received"/>
    void Received(in Frame frame);

    /// <summary>A message of a step.</summary>
    void Told(ReadOnlySpan<byte> message);
}

/// <summary>
/// Connects a channel's threads with an actor. Blocks of present runs go to their inboxes, and blocks of others are discarded; requested files go to the cache.
/// The rest becomes messages to the actor.
/// </summary>
internal sealed class ChannelSink(FileCache files) : IFrameSink
{
    private readonly ConcurrentDictionary<ContentHash, int> _wanted = new();
    private readonly Lock _routing = new();
    private volatile Route[] _routes = [];
    private volatile TensorChannel? _channel;
    private volatile string? _closed;
    private volatile IActorRef _owner = ActorRefs.Nobody;

    /// <summary>To the owner: the channel is open.</summary>
    public sealed record ChannelOpened(ChannelSink Sink, TensorChannel Channel);

    /// <summary>To the owner: the channel has ended.</summary>
    public sealed record ChannelBroken(ChannelSink Sink, string Reason);

    /// <summary>To the owner: the peer requests a file.</summary>
    public sealed record FileRequested(ChannelSink Sink, ContentHash File);

    /// <summary>To the owner: a requested file is in the cache.</summary>
    public sealed record FileArrived(ContentHash File);

    /// <summary>To the owner: a requested file could not be fetched, or a sent one could not be stored.</summary>
    public sealed record FileFailed(ContentHash File, string Reason);

    /// <summary>Sets the owner, before the channel opens.</summary>
    public void Attach(IActorRef owner) => _owner = owner;

    /// <summary>Routes the blocks of this run and epoch here.</summary>
    public void RouteTo(ContentHash run, long epoch, IRunInbox inbox)
    {
        lock (_routing) _routes = [.. _routes.Where(route => route.Run != run), new Route(run, epoch, inbox)];
    }

    /// <summary>Discards all blocks: no run is under way.</summary>
    public void RouteNowhere()
    {
        lock (_routing) _routes = [];
    }

    /// <summary>Stops routing blocks here; other routes stay.</summary>
    public void RouteAwayFrom(IRunInbox inbox)
    {
        lock (_routing) _routes = [.. _routes.Where(route => route.Inbox != inbox)];
    }

    /// <summary>Requests a file and accepts it when it comes.</summary>
    /// <param name="channel">The channel of this sink.</param>
    public void Fetch(ContentHash file, TensorChannel channel)
    {
        Want(file);
        channel.RequestFile(file);
    }

    /// <summary>Expects the file one more time.</summary>
    internal void Want(ContentHash file) => _wanted.AddOrUpdate(file, 1, (_, times) => times + 1);

    /// <summary>Ends the channel, even before it has opened.</summary>
    public void Close(string reason)
    {
        _closed = reason;
        _channel?.Close(reason);
    }

    public void Opened(TensorChannel channel)
    {
        _channel = channel;
        if (_closed is { } reason) channel.Close(reason);
        else _owner.Tell(new ChannelOpened(this, channel), ActorRefs.NoSender);
    }

    public FrameTarget Accept(in Frame frame) => RouteOf(frame.Transfer) is { } inbox ? inbox.Accept(frame) : FrameTarget.Discard;

    public void Received(in Frame frame) => RouteOf(frame.Transfer)?.Received(frame);

    public void Told(in FrameDescription transfer, ReadOnlySpan<byte> message) => RouteOf(transfer)?.Told(message);

    public void Sent(in FrameDescription transfer)
    {
        // Blocks are reused when their step is over, whether or not they were sent by then.
    }

    public FileTarget AcceptFile(ContentHash file, long length)
    {
        if (_wanted.GetValueOrDefault(file) == 0) return FileTarget.Refuse($"the file {file} was not requested");
        if (!files.Holds(file)) return FileTarget.Into(files.PathOf(file));
        // It has arrived for another request since it was asked for.
        Arrived(file);
        return FileTarget.Discard;
    }

    public void FileReceived(ContentHash file, string path)
    {
        files.Stored(file);
        Arrived(file);
    }

    void IFrameSink.FileRequested(ContentHash file) => _owner.Tell(new FileRequested(this, file), ActorRefs.NoSender);

    public void FileDelivered(ContentHash file)
    {
        // The other side reports when it is ready.
    }

    void IFrameSink.FileFailed(ContentHash file, string reason) => _owner.Tell(new FileFailed(file, reason), ActorRefs.NoSender);

    public void Broken(string reason) => _owner.Tell(new ChannelBroken(this, reason), ActorRefs.NoSender);

    /// <summary>Uses up one expectation of the file.</summary>
    private void Arrived(ContentHash file)
    {
        _wanted.AddOrUpdate(file, 0, (_, times) => Math.Max(0, times - 1));
        _owner.Tell(new FileArrived(file), ActorRefs.NoSender);
    }

    private IRunInbox? RouteOf(in FrameDescription transfer)
    {
        foreach (var route in _routes)
            if (route.Run == transfer.Run && route.Epoch == transfer.Epoch) return route.Inbox;
        return null;
    }

    private sealed record Route(ContentHash Run, long Epoch, IRunInbox Inbox);
}
