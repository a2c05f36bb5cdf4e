using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public sealed class CertificateWatchTests : IDisposable
{
    private readonly Certificates _ours = new();
    private readonly List<NodeEvent> _told = [];

    [Fact]
    public void New_certificates_are_read_when_their_files_change_and_damaged_ones_leave_those_of_before()
    {
        var files = _ours.Node("node");
        var credentials = files.Load();
        var watch = Watch(files, credentials);
        watch.Check();
        Assert.Empty(_told);
        string before = credentials.Certificate.SerialNumber;

        _ours.Node("node");
        watch.Check();
        Assert.IsType<CertificatesReloaded>(Assert.Single(_told));
        Assert.NotEqual(before, credentials.Certificate.SerialNumber);
        Assert.Equal(before, credentials.RemotingCertificate.SerialNumber);

        before = credentials.Certificate.SerialNumber;
        File.WriteAllText(files.Certificate, "half of a certifi");
        watch.Check();
        watch.Check();
        Assert.IsType<CertificatesUnusable>(_told[^1]);
        Assert.Equal((2, before), (_told.Count, credentials.Certificate.SerialNumber));
    }

    [Fact]
    public void A_certificate_that_expires_soon_is_warned_of_once_a_day()
    {
        var files = _ours.Node("node", until: DateTimeOffset.UtcNow.AddDays(5));
        var credentials = files.Load();
        Watch(files, credentials, warningDays: 4).Check();
        Assert.Null(credentials.Warning);

        var watch = Watch(files, credentials, warningDays: 6);
        watch.Check();
        watch.Check();
        Assert.True(Assert.Single(_told).IsWarning);
        Assert.Contains("expires on", credentials.Warning!, StringComparison.Ordinal);

        _ours.Node("node", until: DateTimeOffset.UtcNow.AddDays(20));
        watch.Check();
        Assert.Contains("start the node again", credentials.Warning!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_is_revoked_by_its_serial_number_or_thumbprint_while_the_node_runs()
    {
        string list = Path.Combine(_ours.Folder, "revoked");
        File.WriteAllText(list, "# none yet\n");
        var files = _ours.Node("node") with { Revoked = list };
        TlsCredentials credentials = files.Load(), peer = _ours.Node("peer").Load(), other = _ours.Node("other").Load();
        var watch = Watch(files, credentials);
        Assert.True(credentials.IsTrusted(peer.Certificate));

        File.WriteAllText(list,
            $"serial={peer.Certificate.SerialNumber} # lost\n{other.Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)}\n");
        watch.Check();

        Assert.Equal(2, Assert.IsType<CertificatesReloaded>(Assert.Single(_told)).Revoked);
        Assert.False(credentials.IsTrusted(peer.Certificate));
        Assert.False(credentials.IsTrusted(other.Certificate));
        Assert.True(credentials.IsTrusted(credentials.Certificate));
        using var listener = ChannelListener.Start(new(System.Net.IPAddress.Loopback, 0), credentials);
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("127.0.0.1", listener.Port, listener.Expect(far), peer, near);
        Assert.Throws<Core.Problems.InvalidInputException>(() => RevokedCertificates.Parse("serial=xyz", list));
        SpinWait.SpinUntil(() => listener.Refused == 1, TimeSpan.FromSeconds(60));
        Assert.Equal(1, listener.Refused);
    }

    public void Dispose() => _ours.Dispose();

    private CertificateWatch Watch(TlsOptions files, TlsCredentials credentials, int warningDays = 0)
    {
        credentials.RemotingCertificate = credentials.Certificate;
        return new CertificateWatch(files, credentials, warningDays, TimeProvider.System, _told.Add);
    }
}
