using System.Net;

namespace RnnActors.Training.Transfer;

/// <summary>
/// Where channels are opened. A connection has a thread of its own from its first byte on, a time limit for TLS and token together, and is served only with a token that was given
/// out here and not used before. What else connects is closed and counted; nothing of it is read beyond the token's place.
/// </summary>
public sealed class ChannelListener : IDisposable
{
    /// <summary>The port that it listens on.</summary>
    public int Port => throw new NotImplementedException();

    /// <summary>Connections that were turned away.</summary>
    public long Refused => throw new NotImplementedException();

    /// <param name="endPoint">Port 0 for any that is free.</param>
    /// <param name="tls">Null for plain text, which only a loopback address or <see cref="ChannelSettings.AllowPlainTextBetweenHosts"/> allows.</param>
    /// <param name="refused">Told why a connection was turned away, on any thread.</param>
    /// <exception cref="Core.Problems.InvalidInputException">The port is taken, or the address is not this machine's, or plain text is not allowed there.</exception>
    public static ChannelListener Start(IPEndPoint endPoint, TlsCredentials? tls, ChannelSettings? settings = null, Action<string>? refused = null) => throw new NotImplementedException();

    /// <summary>A new token, which opens one channel with this sink.</summary>
    public byte[] Expect(IFrameSink sink) => throw new NotImplementedException();

    /// <summary>The token opens nothing any more.</summary>
    public void Forget(byte[] token) => throw new NotImplementedException();

    /// <summary>Stops listening. Channels that are open go on.</summary>
    public void Dispose() => throw new NotImplementedException();
}
