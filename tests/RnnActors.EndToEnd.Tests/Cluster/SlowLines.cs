using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Slow and lossy lines without the kernel's help: every process listens at one loopback address and is known by another, at which a relay hands its bytes on,
/// late in both directions. A segment that is lost costs what it costs under TCP: it and all behind it wait for its retransmission.
/// </summary>
/// <param name="delay">Of every byte, each way.</param>
/// <param name="loss">The part of segments that are lost.</param>
/// <param name="seed">Of the choice which.</param>
internal sealed class SlowLines(TimeSpan delay, double loss, int seed) : IDisposable
{
    /// <summary>The same for everyone, since everyone has addresses of its own.</summary>
    public const int Port = 4053, ChannelPort = 4054;

    private const int Segment = 1448;

    private static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);

    private readonly string _net = string.Create(CultureInfo.InvariantCulture, $"127.{20 + (Environment.ProcessId % 200)}.{Random.Shared.Next(1, 255)}.");
    private readonly ConcurrentDictionary<string, int> _places = new();
    private readonly ConcurrentBag<IDisposable> _open = [];
    private long _delayed, _lost;
    private int _relays;

    /// <summary>Bytes that went through, and segments that were lost.</summary>
    public (long Bytes, long Lost) Carried => (Interlocked.Read(ref _delayed), Interlocked.Read(ref _lost));

    /// <summary>What a node is told of its addresses; its relays stand when this returns.</summary>
    public string[] Plug(string process)
    {
        int number = _places.GetOrAdd(process, _ => 1 + _places.Count);
        var (bind, known) = (IPAddress.Parse($"{_net}{number}"), IPAddress.Parse($"{_net}{100 + number}"));
        foreach (int port in new[] { Port, ChannelPort })
        {
            var listener = new TcpListener(known, port);
            listener.Start();
            _open.Add(listener);
            Run(() => Accept(listener, new IPEndPoint(bind, port)));
        }

        return ["--bind", $"{bind}", "--public-host", $"{known}"];
    }

    public void Dispose()
    {
        foreach (var open in _open) open.Dispose();
    }

    private void Accept(TcpListener listener, IPEndPoint to)
    {
        while (true)
        {
            var near = listener.AcceptSocket();
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            near.NoDelay = true;
            _open.Add(near);
            _open.Add(far);
            Run(() =>
            {
                try
                {
                    far.Connect(to);
                }
                catch (SocketException)
                {
                    near.Close(0); // nobody listens: the caller is told as it would be without a relay
                    throw;
                }

                Relay(near, far);
                Relay(far, near);
            });
        }
    }

    private void Relay(Socket from, Socket to)
    {
        var random = new Random(seed + Interlocked.Increment(ref _relays));
        var line = new BlockingCollection<(long Due, byte[] Bytes)>();
        Run(() =>
        {
            try
            {
                byte[] buffer = new byte[1 << 16];
                for (long due = 0; ;)
                {
                    int read = from.Receive(buffer);
                    due = Math.Max(due, Stopwatch.GetTimestamp() + Ticks(delay));
                    for (int segment = 0; segment < read; segment += Segment)
                    {
                        if (random.NextDouble() >= loss) continue;
                        due += Ticks(Retransmission);
                        Interlocked.Increment(ref _lost);
                    }

                    Interlocked.Add(ref _delayed, read);
                    line.Add((due, buffer[..read]));
                    if (read == 0) return;
                }
            }
            finally
            {
                line.CompleteAdding();
            }
        });
        Run(() =>
        {
            try
            {
                foreach (var (due, bytes) in line.GetConsumingEnumerable())
                {
                    long wait = due - Stopwatch.GetTimestamp();
                    if (wait > 0) Thread.Sleep(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency));
                    if (bytes.Length == 0) to.Shutdown(SocketShutdown.Send);
                    else to.Send(bytes);
                }
            }
            finally
            {
                if (line.IsAddingCompleted && !from.Connected) to.Close();
            }
        });
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static void Run(Action action)
    {
        void Guarded()
        {
            try
            {
                action();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // A side is gone; the other learns it from its own socket.
            }
        }

        new Thread(Guarded) { IsBackground = true }.Start();
    }
}
