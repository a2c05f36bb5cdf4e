using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>
/// A tensor channel between two processes: blocks come in order, messages and files beside them, until it breaks as a whole. A block is read when it goes,
/// which may be after its owner has written over it.
/// </summary>
internal sealed class Channel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15), BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly World _world;
    private readonly (Life Life, ChannelSink Sink, IncomingTransfers Transfers)[] _ends;
    private readonly Queue<Action>[,] _queues = { { new(), new(), new() }, { new(), new(), new() } };
    private readonly TimeSpan[,] _last = new TimeSpan[2, 3];

    public Channel(World world, Life one, ChannelSink oneSink, Life other, ChannelSink otherSink)
    {
        (_world, _ends) = (world, [(one, oneSink, new IncomingTransfers()), (other, otherSink, new IncomingTransfers())]);
        one.Channels.Add(this);
        other.Channels.Add(this);
    }

    public bool IsBroken { get; private set; }

    public void Send(Life from, FrameDescription transfer, ReadOnlyMemory<float> block)
    {
        var sink = Other(from).Sink;
        var transfers = Other(from).Transfers;
        Put(from, 0, () =>
        {
            var frame = new Frame(transfer, 0, block.Length * sizeof(float), block.Length * sizeof(float));
            transfers.Check(frame);
            var target = sink.Accept(frame);
            if (target.Refusal is { } refusal) _world.Fail($"a channel refused a frame: {refusal}");
            if (target.IsDiscarded) return;
            block.CopyTo(target.Block);
            target.Gradient?.Mark(target.First, block.Length);
            sink.Received(frame);
        });
    }

    public void Tell(Life from, FrameDescription transfer, byte[] message)
    {
        var sink = Other(from).Sink;
        Put(from, 1, () => sink.Told(transfer, message));
    }

    /// <summary>Requests and files.</summary>
    public void Ask(Life from, Action arrive) => Put(from, 2, arrive);

    public void Break(string reason, Life? by = null)
    {
        if (IsBroken) return;
        IsBroken = true;
        foreach (var (life, sink, _) in _ends)
        {
            life.Channels.Remove(this);
            if (life != by) _world.Timeline.In(TimeSpan.FromMilliseconds(1 + _world.Random.Next(20)), life, () => sink.Broken(reason));
        }
    }

    /// <summary>A process has ended: its system says so, unless the line is cut.</summary>
    public void EndOf(Life life)
    {
        var other = Other(life).Life;
        life.Channels.Remove(this);
        _world.Timeline.In(TimeSpan.FromMilliseconds(1 + _world.Random.Next(50)) + (_world.Network.IsCut(life, other) ? Patience : TimeSpan.Zero), null,
            () => Break("the other side has ended"));
    }

    private (Life Life, ChannelSink Sink, IncomingTransfers Transfers) Other(Life life) => _ends[life == _ends[0].Life ? 1 : 0];

    private void Put(Life from, int lane, Action arrive)
    {
        int side = from == _ends[0].Life ? 0 : 1;
        _queues[side, lane].Enqueue(arrive);
        double more = Math.Max(_ends[0].Life.Machine.Delay, _ends[1].Life.Machine.Delay);
        var due = _world.Timeline.Now + TimeSpan.FromSeconds(0.0002 + (_world.Random.NextDouble() * (0.002 + more)));
        if (due < _last[side, lane]) due = _last[side, lane];
        _last[side, lane] = due;
        Pump(from, side, lane, due - _world.Timeline.Now, TimeSpan.Zero);
    }

    private void Pump(Life from, int side, int lane, TimeSpan delay, TimeSpan waited) => _world.Timeline.In(delay, null, () =>
    {
        if (IsBroken) return;
        var to = _ends[1 - side].Life;
        if (_world.Network.IsCut(from, to))
        {
            if (waited > Patience) Break("the line was cut for too long");
            else Pump(from, side, lane, BetweenTries, waited + BetweenTries);
            return;
        }

        if (_queues[side, lane].TryDequeue(out var arrive))
        {
            _world.Timeline.In(TimeSpan.Zero, to, () =>
            {
                if (!IsBroken) arrive();
            });
        }
    });
}
