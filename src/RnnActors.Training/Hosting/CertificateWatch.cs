using System.Security.Cryptography;
using RnnActors.Core.Problems;
using RnnActors.Training.Events;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>Reads a node's certificates again when their files change, and warns before they expire.</summary>
internal sealed class CertificateWatch(TlsOptions files, TlsCredentials credentials, int warningDays, TimeProvider time, Action<NodeEvent> report)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(30), BetweenWarnings = TimeSpan.FromDays(1);

    private string _seen = ContentOf(files);
    private long? _warned;

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Check();
                await Task.Delay(Between, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    public void Check()
    {
        string content = ContentOf(files);
        if (content != _seen)
        {
            _seen = content;
            try
            {
                credentials.Reload(files);
                report(new CertificatesReloaded(credentials.Certificate.Subject, credentials.Certificate.NotAfter.ToUniversalTime(), credentials.Revoked));
            }
            catch (InvalidInputException error)
            {
                report(new CertificatesUnusable(error.Message.TrimEnd('.')));
            }
        }

        credentials.Warning = Expiring();
        if (credentials.Warning is not { } warning || (_warned is { } told && time.GetElapsedTime(told) < BetweenWarnings)) return;
        _warned = time.GetTimestamp();
        report(new CertificateExpires(warning));
    }

    /// <returns>What expires soon, as a sentence without its full stop; null for nothing.</returns>
    private string? Expiring()
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        (string What, DateTime At, string Then)[] certificates =
        [
            ("The node's certificate", credentials.Certificate.NotAfter.ToUniversalTime(), "put a new one in its place, which is seen within a minute"),
            ("The certificate that remoting shows", credentials.RemotingCertificate.NotAfter.ToUniversalTime(), "start the node again, which has a newer one"),
            ("The cluster's authority", credentials.AuthorityExpires, "make a new one, and new certificates for all nodes"),
        ];
        var (what, at, then) = certificates.MinBy(certificate => certificate.At);
        if (at - now > TimeSpan.FromDays(warningDays)) return null;
        return at < now ? $"{what} expired on {at:yyyy-MM-dd HH:mm} UTC: {then}" : $"{what} expires on {at:yyyy-MM-dd HH:mm} UTC: {then}";
    }

    /// <summary>A hash of all files. Their modification times do not count, since a path may be a link that is turned to other files.</summary>
    private static string ContentOf(TlsOptions files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in new[] { files.Certificate, files.Key, files.Authority, files.Revoked }.OfType<string>())
        {
            try
            {
                hash.AppendData(File.ReadAllBytes(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being replaced, or is gone: loading the certificates reports that.
            }

            hash.AppendData([0]);
        }

        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
