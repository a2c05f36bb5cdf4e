using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public sealed class TlsTests : IDisposable
{
    private readonly Certificates _certificates = new();
    private readonly Refusals _refused = new();
    private readonly ChannelListener _listener;

    public TlsTests() => _listener = ChannelListener.Start(
        new IPEndPoint(IPAddress.Loopback, 0), _certificates.Node("listener").Load(), ChannelSettings.Default with { OpeningTime = TimeSpan.FromSeconds(2) },
            _refused.Add);

    [Fact]
    public void Nodes_of_one_authority_reach_each_other()
    {
        AssertServes();
        Assert.Equal(0, _listener.Refused);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("other authority")]
    [InlineData("plain")]
    [InlineData("garbage")]
    [InlineData("endless handshake")]
    [InlineData("TLS 1.2")]
    public void Anybody_else_gets_nothing_is_counted_and_harms_nobody(string client)
    {
        RecordingSink sink = new(), expected = new();
        byte[] token = _listener.Expect(expected);
        using Certificates others = new();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, _listener.Port);
        using NetworkStream stream = new(socket);
        using SslStream secured = new(stream);
        switch (client)
        {
            case "other authority":
                TlsCredentials stranger = others.Node("stranger").Load();
                Try(() => Greet(secured, Trusting(stranger.ClientOptions("127.0.0.1")), token));
                break;
            case "none":
                Try(() => Greet(secured, Trusting(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1" }), token));
                break;
            case "TLS 1.2":
                SslClientAuthenticationOptions old = _certificates.Node("old").Load().ClientOptions("127.0.0.1");
                old.EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12;
                Try(() => Greet(secured, old, token));
                break;
            case "plain":
                Try(() => Greeting.Send(stream, token));
                break;
            case "garbage":
                stream.Write(new byte[4096]);
                break;
            default:
                stream.Write([0x16, 0x03, 0x01, 0x10, 0x00]);
                break;
        }

        Assert.Equal("127.0.0.1", _refused.Take().Address);
        Assert.Equal(1, _listener.Refused);
        AssertServes();
        Assert.False(expected.IsBroken);

        // The listener never read the token: it still opens a channel for whom it was meant.
        TensorChannel.Connect("127.0.0.1", _listener.Port, token, _certificates.Node("late").Load(), sink);
        _ = (sink.Channel, expected.Channel);
        sink.Channel.Dispose();
    }

    [Fact]
    public void A_node_does_not_speak_to_a_listener_of_another_authority()
    {
        using Certificates others = new();
        RecordingSink sink = new();
        TensorChannel.Connect("127.0.0.1", _listener.Port, _listener.Expect(new RecordingSink()), others.Node("a").Load(), sink);
        Assert.Contains("TLS failed", sink.Reason, StringComparison.Ordinal);
        _ = _refused.Take();
    }

    [Fact]
    public void A_certificate_that_is_not_in_force_is_not_trusted()
    {
        TlsCredentials own = _certificates.Node("a").Load();
        TlsOptions expired = _certificates.Node("b", DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddDays(-2));
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(expired.Certificate);
        Assert.False(own.IsTrusted(certificate));
        Assert.True(own.IsTrusted(own.Certificate));
        Assert.False(own.IsTrusted(null));
    }

    [Fact]
    public void What_is_wrong_with_the_files_is_said_with_the_file()
    {
        TlsOptions good = _certificates.Node("good"), other = _certificates.Node("other");
        string empty = Path.Combine(_certificates.Folder, "empty.pem"), missing = Path.Combine(_certificates.Folder, "missing.pem"),
            damaged = Path.Combine(_certificates.Folder, "damaged.pem");
        File.WriteAllText(empty, "");
        File.WriteAllText(damaged, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        using Certificates others = new();
        using Certificates old = new(DateTimeOffset.UtcNow.AddDays(-1));
        AssertRefused(good with { Certificate = missing }, missing, "cannot be read");
        AssertRefused(good with { Key = missing }, missing, "cannot be read");
        AssertRefused(good with { Authority = missing }, missing, "cannot be read");
        AssertRefused(good with { Certificate = empty }, empty, "no certificate here");
        AssertRefused(good with { Authority = damaged }, damaged, "damaged");
        AssertRefused(good with { Key = empty }, empty, "no private key");
        AssertRefused(good with { Key = other.Key }, other.Key, "no private key here that belongs");
        AssertRefused(good with { Authority = others.Authority }, good.Certificate, "not signed by the authority");
        AssertRefused(_certificates.Node("late", DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddDays(-2)), "late.crt", "expired on");
        AssertRefused(_certificates.Node("early", DateTimeOffset.UtcNow.AddDays(2), DateTimeOffset.UtcNow.AddDays(3)), "early.crt", "not valid before");
        var expired = old.Node("node", DateTimeOffset.UtcNow.AddDays(-3), DateTimeOffset.UtcNow.AddDays(-2));
        AssertRefused(expired with { Certificate = good.Certificate, Key = good.Key }, old.Authority, "authority expired");
    }

    public void Dispose()
    {
        _listener.Dispose();
        _certificates.Dispose();
    }

    private static void AssertRefused(TlsOptions options, string path, string problem)
    {
        InvalidInputException refused = Assert.Throws<InvalidInputException>(options.Load);
        Assert.EndsWith(path, refused.Where!.Path, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.Remedy);
    }

    /// <summary>A client that does not care who listens.</summary>
    private static SslClientAuthenticationOptions Trusting(SslClientAuthenticationOptions options)
    {
        options.RemoteCertificateValidationCallback = (_, peer, _, _) => peer is not null;
        return options;
    }

    /// <summary>What a node does whose certificate is taken.</summary>
    private static void Greet(SslStream stream, SslClientAuthenticationOptions options, byte[] token)
    {
        stream.AuthenticateAsClient(options);
        Greeting.Send(stream, token);
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or ChannelException)
        {
            // The listener may refuse before the client is through.
        }
    }

    private void AssertServes()
    {
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("127.0.0.1", _listener.Port, _listener.Expect(far), _certificates.Node("friend").Load(), near);
        FrameDescription transfer = new(FrameKind.State, new ContentHash(1));
        near.Channel.Send(transfer, new float[] { 1, 2 });
        far.Whole(1);
        Assert.Equal([1f, 2f], far.Block(transfer));
        near.Channel.Dispose();
    }
}
