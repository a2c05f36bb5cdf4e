using System.Net;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>Two open ends of a channel over loopback.</summary>
internal sealed class ChannelPair : IDisposable
{
    private readonly ChannelListener _listener;

    public ChannelPair(RecordingSink? near = null, RecordingSink? far = null, TlsCredentials? tls = null, ChannelSettings? settings = null)
    {
        (Near, Far) = (near ?? new RecordingSink(), far ?? new RecordingSink());
        _listener = ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), tls, settings);
        TensorChannel.Connect("127.0.0.1", _listener.Port, _listener.Expect(Far), tls, Near, settings);
        _ = (Near.Channel, Far.Channel);
    }

    /// <summary>Behind the end that connected.</summary>
    public RecordingSink Near { get; }

    /// <summary>Behind the end that listened.</summary>
    public RecordingSink Far { get; }

    public void Dispose()
    {
        _listener.Dispose();
        Near.Channel.Dispose();
        _ = (Near.Reason, Far.Reason);
    }
}
