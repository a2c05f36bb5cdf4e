using System.Net;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public class ChannelAllocationTests
{
    private const int Warm = 50;
    private const int Steps = 1050;

    /// <summary>Some caches of the runtime do not outlive a collection, so that whoever reads one for a frame allocates after each.</summary>
    private const int StepsPerCollection = 10;

    /// <summary>Less than one object for each collection, let alone for each step of five frames:
    /// the runtime itself makes a few strings where it compiles anew what runs often.</summary>
    private const long MaxBytes = ((Steps - Warm) / StepsPerCollection * 24) - 1;

    private static readonly ContentHash Run = new(7);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steady_traffic_allocates_nothing_on_the_threads_of_a_channel(bool secured)
    {
        using Certificates certificates = new();
        TlsCredentials? tls = secured ? certificates.Node("a").Load() : null;
        float[] block = new float[250_000], state = new float[100];
        AllocationSink near = new(), far = new();
        using ChannelListener listener = ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), tls);
        using TensorChannel channel = TensorChannel.Connect("127.0.0.1", listener.Port, listener.Expect(far), tls, near);
        for (int i = 1; i <= Steps; i++)
        {
            channel.Send(new FrameDescription(FrameKind.Parameters, Run, 0, i), block);
            channel.Send(new FrameDescription(FrameKind.State, Run, 0, i), state);
            far.AwaitReceived(2 * i);
            if (i % StepsPerCollection == 0) GC.Collect(0);
        }

        near.AwaitSent(2 * Steps);
        Assert.InRange(near.WhileSending, 0, MaxBytes);
        Assert.InRange(far.WhileReceiving, 0, MaxBytes);
    }

    /// <summary>What the reading and the writing thread have allocated since the traffic became steady.</summary>
    private sealed class AllocationSink : IFrameSink
    {
        private readonly object _lock = new();
        private readonly float[] _block = new float[250_000];
        private readonly float[] _state = new float[100];
        private int _received;
        private int _sent;
        private long _receivingBefore;
        private long _sendingBefore;

        public long WhileReceiving { get; private set; }

        public long WhileSending { get; private set; }

        public void AwaitReceived(int count)
        {
            lock (_lock)
            {
                while (_received < count) Assert.True(Monitor.Wait(_lock, TimeSpan.FromSeconds(30)), "Nothing came.");
            }
        }

        public void AwaitSent(int count)
        {
            lock (_lock)
            {
                while (_sent < count) Assert.True(Monitor.Wait(_lock, TimeSpan.FromSeconds(30)), "Nothing went.");
            }
        }

        public FrameTarget Accept(in Frame frame) => FrameTarget.Into(frame.Transfer.Kind == FrameKind.State ? _state : _block);

        public void Received(in Frame frame)
        {
            if (!frame.IsLast) return;
            lock (_lock)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                if (++_received == 2 * Warm) _receivingBefore = now;
                WhileReceiving = now - _receivingBefore;
                Monitor.PulseAll(_lock);
            }
        }

        public void Told(in FrameDescription transfer, ReadOnlySpan<byte> message)
        {
        }

        public void Sent(in FrameDescription transfer)
        {
            lock (_lock)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                if (++_sent == 2 * Warm) _sendingBefore = now;
                WhileSending = now - _sendingBefore;
                Monitor.PulseAll(_lock);
            }
        }

        public void Opened(TensorChannel channel)
        {
        }

        public FileTarget AcceptFile(ContentHash file, long length) => FileTarget.Discard;

        public void FileReceived(ContentHash file, string path)
        {
        }

        public void FileRequested(ContentHash file)
        {
        }

        public void FileDelivered(ContentHash file)
        {
        }

        public void FileFailed(ContentHash file, string reason)
        {
        }

        public void Broken(string reason)
        {
        }
    }
}
