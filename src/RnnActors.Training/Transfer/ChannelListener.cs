using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;

namespace RnnActors.Training.Transfer;

/// <summary>
/// Accepts channels. Each connection has its own thread from the first byte, one time limit for TLS and token together, and needs a token that was issued
/// here and not used before. All others are closed and counted; nothing is read beyond the token.
/// </summary>
public sealed class ChannelListener : IDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly TlsCredentials? _tls;
    private readonly ChannelSettings _settings;
    private readonly Action<RefusedConnection> _refused;
    private readonly ExpectedChannels _expected;
    private readonly List<HalfOpen> _halfOpen = [];
    private long _refusals;
    private volatile bool _isDisposed;

    private ChannelListener(Socket socket, TlsCredentials? tls, ChannelSettings settings, Action<RefusedConnection> refused)
    {
        (_socket, _tls, _settings, _refused) = (socket, tls, settings, refused);
        _expected = new ExpectedChannels(settings);
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>How many connections were refused.</summary>
    public long Refused => Interlocked.Read(ref _refusals);

    /// <param name="endPoint">Port 0 for any that is free.</param>
    /// <param name="tls">Null for plain text, which only a loopback address or <see cref="ChannelSettings.AllowPlainTextBetweenHosts"/> allows.</param>
    /// <param name="refused">Called for each refused connection, on any thread.</param>
    /// <exception cref="InvalidInputException">The port is taken, or the address is not this machine's, or plain text is not allowed there.</exception>
    public static ChannelListener Start(IPEndPoint endPoint, TlsCredentials? tls, ChannelSettings? settings = null, Action<RefusedConnection>? refused = null)
    {
        settings ??= ChannelSettings.Default;
        if (tls is null && !settings.AllowPlainTextBetweenHosts && !IPAddress.IsLoopback(endPoint.Address))
        {
            throw new InvalidInputException(
                $"The tensor channel cannot listen on {endPoint} without certificates: anyone who reaches the port could read and change everything",
                "Give the node its certificate, key and authority, or let it listen on a loopback address");
        }

        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(128);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new InvalidInputException(
                $"The tensor channel cannot listen on {endPoint}: {e.Message}", "Choose another port, or end what uses this one", cause: e);
        }

        ChannelListener listener = new(socket, tls, settings, refused ?? (_ => { }));
        new Thread(listener.AcceptAll) { IsBackground = true, Name = $"accept channels {listener.Port}" }.Start();
        return listener;
    }

    /// <summary>Issues a token, which opens one channel with this sink.</summary>
    /// <param name="isOfNode">Whether a node's certificate is required, so that a client's is refused.</param>
    public byte[] Expect(IFrameSink sink, bool isOfNode = false) => _expected.Add(sink, isOfNode);

    /// <summary>Whether the token can still open a channel.</summary>
    public bool Expects(byte[] token) => _expected.Has(token);

    /// <summary>Revokes a token.</summary>
    public void Forget(byte[] token) => _expected.Remove(token);

    /// <summary>Stops listening. Channels that are open go on.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _socket.Dispose();
        lock (_halfOpen)
        {
            foreach (HalfOpen connection in _halfOpen) connection.Close("the listener was closed");
        }
    }

    private void AcceptAll()
    {
        while (!_isDisposed)
        {
            try
            {
                CloseOverdue();

                // Without half-open connections there is no time limit to watch, and it waits without a limit.
                if (AnyHalfOpen && !_socket.Poll(WatchInterval, SelectMode.SelectRead)) continue;
                Begin(_socket.Accept());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The listener is disposed, or the connection was reset before it was accepted, or too many files are open: then it waits for some to close.
                if (!_isDisposed) Thread.Sleep(WatchInterval);
            }
        }
    }

    private bool AnyHalfOpen
    {
        get
        {
            lock (_halfOpen) return _halfOpen.Count > 0;
        }
    }

    private void CloseOverdue()
    {
        lock (_halfOpen)
        {
            foreach (HalfOpen connection in _halfOpen)
                if (_settings.Time.GetElapsedTime(connection.Since) > _settings.OpeningTime)
                    connection.Close($"it showed no token within {_settings.OpeningTime.TotalSeconds:0.#} s");
        }
    }

    private void Begin(Socket socket)
    {
        HalfOpen connection = new(socket, _settings.Time.GetTimestamp());
        lock (_halfOpen)
        {
            // The holder of a token shows it at once, so the oldest connection is the least likely to have one.
            if (_halfOpen.Count >= _settings.MaxHalfOpen)
                _halfOpen.Find(other => !other.IsClosed)?.Close($"more than {_settings.MaxHalfOpen} connections showed no token");
            _halfOpen.Add(connection);
        }

        new Thread(() => Serve(connection)) { IsBackground = true, Name = $"channel from {connection.Peer}" }.Start();
    }

    private void Serve(HalfOpen connection)
    {
        Stream stream;
        IFrameSink sink;
        try
        {
            TensorChannel.Prepare(connection.Socket);
            stream = Secure(new NetworkStream(connection.Socket, ownsSocket: false));
            var role = stream is SslStream { RemoteCertificate: X509Certificate2 certificate } ? CertificateRole.Of(certificate) : null;
            sink = _expected.Take(Greeting.Receive(stream), out bool isOfNode) ?? throw new ChannelException("its token is unknown, used or too old");
            if (isOfNode && role is { IsNode: false })
                throw new ChannelException($"its certificate is a client's (role {role.Name}): a node needs the role node");
        }
        catch (Exception e)
        {
            bool hasGone = connection.Close(TensorChannel.Describe(e)) && e is IOException;
            Remove(connection);
            if (_isDisposed) return;
            Interlocked.Increment(ref _refusals);
            _refused(new RefusedConnection(connection.Address, connection.Reason!, hasGone));
            return;
        }

        Remove(connection);
        new TensorChannel(connection.Socket, connection.Peer, sink, _settings).Run(() =>
        {
            Greeting.Accept(stream);
            return stream;
        });
    }

    private Stream Secure(Stream stream)
    {
        if (_tls is null) return stream;
        SslStream secured = new(new WriteBuffer(stream));
        secured.AuthenticateAsServer(_tls.ServerOptions());
        return secured;
    }

    private void Remove(HalfOpen connection)
    {
        lock (_halfOpen) _halfOpen.Remove(connection);
    }

    /// <summary>A connection whose token has not come yet.</summary>
    private sealed class HalfOpen(Socket socket, long since)
    {
        private string? _reason;

        public Socket Socket { get; } = socket;

        public long Since { get; } = since;

        public string Peer { get; } = socket.RemoteEndPoint?.ToString() ?? "an unknown address";

        public string Address { get; } =
            socket.RemoteEndPoint is IPEndPoint { Address: var address } ? PlainAddress.Of(address).ToString() : "an unknown address";

        public bool IsClosed => Reason is not null;

        /// <summary>The first reason for closing it.</summary>
        public string? Reason => Volatile.Read(ref _reason);

        /// <returns>Whether this is the first reason.</returns>
        public bool Close(string reason)
        {
            if (Interlocked.CompareExchange(ref _reason, reason, null) is not null) return false;
            TensorChannel.Shut(Socket);
            return true;
        }
    }
}
