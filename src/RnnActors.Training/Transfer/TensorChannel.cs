using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Training.Addresses;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// A connection between two processes for floats and files, beside Akka.NET. Two threads of its own read and write, blocking; nothing runs on the thread
/// pool. Sending never blocks. It ends when the connection breaks, the peer violates the protocol, or it is disposed; it never reconnects.
/// </summary>
public sealed class TensorChannel : IDisposable
{
    /// <summary>The maximum length of a message, in bytes: enough for the row numbers of a batch of four million.</summary>
    public const int MaxMessageBytes = 1 << 24;

    private readonly object _lock = new();
    private readonly Socket _socket;
    private readonly string _peer;
    private readonly IFrameSink _sink;
    private readonly ChannelSettings _settings;
    private readonly SendQueue _queue;
    private FrameWriter? _writer;
    private FrameReader? _reader;
    private string? _reason;

    /// <param name="peer">The peer's name for people.</param>
    internal TensorChannel(Socket socket, string peer, IFrameSink sink, ChannelSettings settings)
    {
        (_socket, _peer, _sink, _settings) = (socket, peer, sink, settings);
        _queue = new SendQueue(settings.MaxWaiting);
    }

    /// <summary>Bytes on the wire or in shared memory since the channel was opened, with frame headers but without the overhead of TLS and TCP.</summary>
    public long BytesSent => Volatile.Read(ref _writer)?.BytesSent ?? 0;

    /// <inheritdoc cref="BytesSent"/>
    public long BytesReceived => Volatile.Read(ref _reader)?.BytesReceived ?? 0;

    /// <summary>
    /// Opens a channel in the background: <see cref="IFrameSink.Opened"/> or <see cref="IFrameSink.Broken"/> follows. Until then, everything sent is queued.
    /// </summary>
    /// <param name="token">A token issued by the listener's process.</param>
    /// <param name="tls">Null for plain text, which only a loopback address or <see cref="ChannelSettings.AllowPlainTextBetweenHosts"/> allows.</param>
    public static TensorChannel Connect(string host, int port, byte[] token, TlsCredentials? tls, IFrameSink sink, ChannelSettings? settings = null)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        TensorChannel channel = new(socket, $"{host}:{port}", sink, settings ?? ChannelSettings.Default);
        new Thread(channel.LimitOpening) { IsBackground = true, Name = $"open channel {host}:{port}" }.Start();
        new Thread(() => channel.Run(() => channel.Open(host, port, token, tls))) { IsBackground = true, Name = $"read channel {host}:{port}" }.Start();
        return channel;
    }

    /// <summary>
    /// Queues a block and returns. The block is read later and must stay unchanged until <see cref="IFrameSink.Sent"/>, or the peer gets a mixture. Small
    /// blocks overtake large ones. New parameters supersede older ones of the run, which are no longer sent.
    /// </summary>
    /// <param name="block">At least one value.</param>
    /// <param name="marks">
    /// The values to send, as <see cref="BlockMarks"/>, unchanged for as long as the block; empty for all. The others are +0 in a gradient, and not needed in
    /// parameters.
    /// </param>
    public void Send(in FrameDescription transfer, ReadOnlyMemory<float> block, ReadOnlyMemory<ulong> marks = default)
    {
        FrameHeader.Check(transfer);
        if (transfer.Kind is not (FrameKind.Parameters or FrameKind.Gradient or FrameKind.State))
            throw new ArgumentException($"{transfer} is no block of floats.", nameof(transfer));
        if (block.IsEmpty) throw new ArgumentException("The block is empty.", nameof(block));
        Add(new Outgoing { Transfer = transfer, Block = block, Marks = marks });
    }

    /// <summary>Sends a message ahead of all queued blocks. One of more than 64 KB queues with the large blocks, and shorter messages overtake it.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxMessageBytes"/>.</exception>
    public void Tell(in FrameDescription transfer, byte[] message)
    {
        FrameHeader.Check(transfer);
        if (transfer.Kind != FrameKind.Message || message.Length is 0 or > MaxMessageBytes)
            throw new ArgumentException($"{transfer} of {message.Length} bytes is no message.", nameof(transfer));
        Add(new Outgoing { Transfer = transfer, Message = message });
    }

    /// <summary>Sends a file, after everything else. <see cref="IFrameSink.FileDelivered"/> or <see cref="IFrameSink.FileFailed"/> follows.</summary>
    public void SendFile(ContentHash file, string path) => Add(new Outgoing { Transfer = new FrameDescription(FrameKind.File, file), Path = path });

    /// <summary>Asks for a file. <see cref="IFrameSink.AcceptFile"/> or <see cref="IFrameSink.FileFailed"/> follows.</summary>
    public void RequestFile(ContentHash file) => Say(FrameKind.FileRequest, file);

    /// <summary>Answers a request: the file does not exist.</summary>
    public void RefuseFile(ContentHash file) => Say(FrameKind.FileFailed, file);

    /// <summary>Ends the channel; <see cref="IFrameSink.Broken"/> gets the reason on this side.</summary>
    public void Close(string reason)
    {
        lock (_lock)
        {
            if (_reason is not null) return;
            _reason = reason;
            Monitor.PulseAll(_lock);
        }

        _queue.Close();
        Shut(_socket);
    }

    /// <inheritdoc/>
    public void Dispose() => Close("the channel was closed");

    /// <summary>Sets the options of a connection, for both sides.</summary>
    internal static void Prepare(Socket socket)
    {
        // The system chooses buffer sizes, and adapts them to the connection; a fixed size would stop that, and is limited to 208 KB on Linux.
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 5);
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(6, 18, BitConverter.GetBytes(60_000)); // TCP_USER_TIMEOUT: data must be acknowledged within a minute
    }

    /// <summary>Shuts a connection, which wakes up its reader and writer.</summary>
    internal static void Shut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was not connected, or is no longer.
        }

        socket.Dispose();
    }

    /// <summary>Describes an error of a connection, as a sentence without its full stop.</summary>
    internal static string Describe(Exception problem) => problem switch
    {
        ChannelException => problem.Message,
        OutOfMemoryException => "the process ran out of memory",
        IOException { InnerException: SocketException inner } => $"the connection broke: {inner.Message.TrimEnd('.')}",
        System.Security.Authentication.AuthenticationException => $"TLS failed: {(problem.InnerException ?? problem).Message.TrimEnd('.')}",
        _ => problem.Message.TrimEnd('.'),
    };

    /// <summary>The reading thread: opens the connection, reads to its end, and reports that.</summary>
    /// <param name="open">Opens the connection.</param>
    internal void Run(Func<Stream> open)
    {
        Thread? writing = null;
        try
        {
            using Stream stream = open();
            using SharedBodies? shared = IsNear(stream) ? new SharedBodies(_settings.SharedMemory, Say) : null;
            using FrameReader reader = new(stream, _sink, _settings, Say, shared);
            using FrameWriter writer = new(stream, _queue, _sink, shared);
            lock (_lock)
            {
                if (_reason is not null) return;
                (_reader, _writer) = (reader, writer);
                Monitor.PulseAll(_lock);
            }

            try
            {
                _sink.Opened(this);
                writing = new Thread(() => Write(writer)) { IsBackground = true, Name = $"write channel {_peer}" };
                writing.Start();
                reader.Run();
                Close("the other side closed the connection");
            }
            catch (Exception e)
            {
                Close(Describe(e));
            }
            finally
            {
                writing?.Join();
            }
        }
        catch (Exception e)
        {
            Close(Describe(e));
        }
        finally
        {
            _sink.Broken(_reason!);
        }
    }

    /// <summary>
    /// Whether the connection is plain and the peer seems to be on this machine. A forwarded port also seems so, but then shared memory cannot be opened.
    /// </summary>
    private bool IsNear(Stream stream) =>
        stream is NetworkStream && _socket.RemoteEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(PlainAddress.Of(address));

    private void Write(FrameWriter writer)
    {
        try
        {
            writer.Run();
        }
        catch (Exception e)
        {
            Close(Describe(e));
        }
    }

    private Stream Open(string host, int port, byte[] token, TlsCredentials? tls)
    {
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? address) ? [address] : Dns.GetHostAddresses(host);
            if (tls is null && !_settings.AllowPlainTextBetweenHosts && addresses.Any(a => !IPAddress.IsLoopback(a)))
                throw new ChannelException($"a channel to {host} needs certificates: without them it stays within one machine");
            _socket.Connect(addresses, port);
        }
        catch (SocketException e)
        {
            throw new ChannelException($"{host}:{port} cannot be reached: {e.Message}");
        }

        Prepare(_socket);
        Stream stream = new NetworkStream(_socket, ownsSocket: false);
        if (tls is not null)
        {
            SslStream secured = new(new WriteBuffer(stream));
            secured.AuthenticateAsClient(tls.ClientOptions(host));
            stream = secured;
        }

        Greeting.Send(stream, token);
        return stream;
    }

    private void LimitOpening()
    {
        lock (_lock)
        {
            if (_writer is null && _reason is null) Monitor.Wait(_lock, _settings.OpeningTime);
            if (_writer is not null || _reason is not null) return;
        }

        Close($"{_peer} did not open the channel within {_settings.OpeningTime.TotalSeconds:0.#} s");
    }

    private void Say(FrameKind word, ContentHash file) => Add(new Outgoing { Transfer = new FrameDescription(word, file) });

    private void Add(in Outgoing item)
    {
        if (!_queue.Add(item)) Close("the other side does not read what is sent");
    }
}
