namespace RnnActors.Training.Transfer;

/// <summary>
/// One connection between two processes that carries floats and files beside Akka.NET. It reads and writes on two threads of its own, blocking; nothing of it runs on the thread pool.
/// Sending never waits. It is over when the connection breaks, when the other side does not keep to the protocol, or when it is disposed; it never reconnects.
/// </summary>
public sealed class TensorChannel : IDisposable
{
    /// <summary>Bytes on the wire since it was opened, headers included, without those of TLS and TCP.</summary>
    public long BytesSent => throw new NotImplementedException();

    /// <inheritdoc cref="BytesSent"/>
    public long BytesReceived => throw new NotImplementedException();

    /// <summary>
    /// Begins to open a channel and returns at once: <see cref="IFrameSink.Opened"/> or <see cref="IFrameSink.Broken"/> follows. What is sent before waits.
    /// </summary>
    /// <param name="token">That the listener's process gave out.</param>
    /// <param name="tls">Null for plain text, which only a loopback address or <see cref="ChannelSettings.AllowPlainTextBetweenHosts"/> allows.</param>
    public static TensorChannel Connect(string host, int port, byte[] token, TlsCredentials? tls, IFrameSink sink, ChannelSettings? settings = null) => throw new NotImplementedException();

    /// <summary>
    /// Sends a block and returns at once. The block is read when its turn comes, and must not be given up before <see cref="IFrameSink.Sent"/>; where it changes meanwhile, the
    /// other side gets a mixture. Small blocks overtake large ones. Parameters supersede older ones of the run, of which nothing more is sent.
    /// </summary>
    /// <param name="block">At least one value.</param>
    public void Send(in FrameDescription transfer, ReadOnlyMemory<float> block) => throw new NotImplementedException();

    /// <summary>Sends a file, after everything else. <see cref="IFrameSink.FileDelivered"/> or <see cref="IFrameSink.FileFailed"/> follows.</summary>
    public void SendFile(ContentHash file, string path) => throw new NotImplementedException();

    /// <summary>Asks for a file. <see cref="IFrameSink.AcceptFile"/> or <see cref="IFrameSink.FileFailed"/> follows.</summary>
    public void RequestFile(ContentHash file) => throw new NotImplementedException();

    /// <summary>Says that a file that was asked for is not there.</summary>
    public void RefuseFile(ContentHash file) => throw new NotImplementedException();

    /// <summary>Ends the channel, with a reason that <see cref="IFrameSink.Broken"/> is told on this side.</summary>
    public void Close(string reason) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => Close("the channel was closed");
}
