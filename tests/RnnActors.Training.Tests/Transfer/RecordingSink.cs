using System.Collections.Concurrent;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>Keeps what a channel brings, block by block, and lets a test wait for it.</summary>
internal sealed class RecordingSink : IFrameSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly Dictionary<FrameDescription, float[]> _blocks = [];
    private readonly List<FrameDescription> _whole = [];
    private readonly List<FrameDescription> _sent = [];
    private readonly List<byte[]> _messages = [];
    private readonly List<string> _files = [];
    private readonly List<string> _broken = [];
    private TensorChannel? _channel;

    /// <summary>Where a frame goes; by default a block of its own for every transfer.</summary>
    public Func<Frame, FrameTarget>? Accepting { get; init; }

    public Func<ContentHash, long, FileTarget> AcceptingFile { get; init; } = (_, _) => FileTarget.Refuse("no file is wanted");

    public Action<ContentHash>? Requested { get; init; }

    /// <summary>Told of every message too.</summary>
    public Action<byte[]>? Telling { get; init; }

    /// <summary>Called once, before anything is recorded.</summary>
    public Action<TensorChannel>? Opening { get; init; }

    public ConcurrentQueue<Frame> Frames { get; } = [];

    /// <summary>The channel, once it is open.</summary>
    public TensorChannel Channel => Await(() => _channel, channel => channel is not null)!;

    /// <summary>Why it broke, once it has; it must be told once.</summary>
    public string Reason => Assert.Single(Await(() => _broken.ToArray(), reasons => reasons.Length > 0));

    public bool IsBroken
    {
        get
        {
            lock (_lock) return _broken.Count > 0;
        }
    }

    public IReadOnlyList<FrameDescription> Whole(int count) => Await(() => _whole.ToArray(), whole => whole.Length >= count);

    public IReadOnlyList<FrameDescription> SentTransfers(int count) => Await(() => _sent.ToArray(), sent => sent.Length >= count);

    /// <summary>What happened to files: <c>received path</c>, <c>delivered hash</c>, <c>failed hash: reason</c>, <c>requested hash</c>.</summary>
    public IReadOnlyList<string> Files(int count) => Await(() => _files.ToArray(), files => files.Length >= count);

    public float[] Block(FrameDescription transfer)
    {
        lock (_lock) return _blocks[transfer];
    }

    public void Opened(TensorChannel channel) => Record(() =>
    {
        Opening?.Invoke(channel);
        _channel = channel;
    });

    public FrameTarget Accept(in Frame frame)
    {
        Frames.Enqueue(frame);
        if (Accepting is not null) return Accepting(frame);
        lock (_lock)
        {
            if (!_blocks.TryGetValue(frame.Transfer, out float[]? block) || frame.Offset == 0)
                _blocks[frame.Transfer] = block = new float[frame.Total / sizeof(float)];
            return FrameTarget.Into(block);
        }
    }

    public void Received(in Frame frame)
    {
        FrameDescription transfer = frame.Transfer;
        if (frame.IsLast) Record(() => _whole.Add(transfer));
    }

    /// <summary>Messages, as they came.</summary>
    public IReadOnlyList<byte[]> Messages(int count) => Await(() => _messages.ToArray(), messages => messages.Length >= count);

    public void Told(in FrameDescription transfer, ReadOnlySpan<byte> message)
    {
        byte[] told = message.ToArray();
        Record(() => _messages.Add(told));
        Telling?.Invoke(told);
    }

    public void Sent(in FrameDescription transfer)
    {
        FrameDescription sent = transfer;
        Record(() => _sent.Add(sent));
    }

    public FileTarget AcceptFile(ContentHash file, long length) => AcceptingFile(file, length);

    public void FileReceived(ContentHash file, string path) => Record(() => _files.Add($"received {path}"));

    public void FileRequested(ContentHash file)
    {
        Record(() => _files.Add($"requested {file}"));
        Requested?.Invoke(file);
    }

    public void FileDelivered(ContentHash file) => Record(() => _files.Add($"delivered {file}"));

    public void FileFailed(ContentHash file, string reason) => Record(() => _files.Add($"failed {file}: {reason}"));

    public void Broken(string reason) => Record(() => _broken.Add(reason));

    private void Record(Action action)
    {
        lock (_lock)
        {
            action();
            Monitor.PulseAll(_lock);
        }
    }

    private T Await<T>(Func<T> read, Func<T, bool> isThere)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        lock (_lock)
        {
            while (true)
            {
                T value = read();
                if (isThere(value)) return value;
                int left = (int)(deadline - Environment.TickCount64);
                Assert.True(left > 0
                    && Monitor.Wait(_lock, left),
                        $"It never came. Broken: {string.Join(" / ", _broken)}; whole {_whole.Count}, sent {_sent.Count}, files {string.Join(" / ", _files)}.");
            }
        }
    }
}
