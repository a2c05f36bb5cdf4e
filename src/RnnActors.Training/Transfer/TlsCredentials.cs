using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Transfer;

/// <summary>A node's certificate with its key, and the cluster's authority: the identity for channels and remoting.</summary>
public sealed class TlsCredentials
{
    private volatile Content _content;
    private X509Certificate2? _remoting;
    private string? _warning;

    private TlsCredentials(Content content) => _content = content;

    /// <summary>The node's certificate, with its private key. It changes when its file does.</summary>
    public X509Certificate2 Certificate => _content.Certificate;

    /// <summary>The certificate that remoting uses: the one with which its actor system was started.</summary>
    internal X509Certificate2 RemotingCertificate
    {
        get => Volatile.Read(ref _remoting) ?? Certificate;
        set => Volatile.Write(ref _remoting, value);
    }

    internal DateTime AuthorityExpires => _content.Authority.Max(authority => authority.NotAfter).ToUniversalTime();

    /// <summary>How many certificates are revoked.</summary>
    internal int Revoked => _content.Revoked.Count;

    /// <summary>What expires soon, as a sentence without its full stop; null for nothing.</summary>
    internal string? Warning
    {
        get => Volatile.Read(ref _warning);
        set => Volatile.Write(ref _warning, value);
    }

    /// <summary>The hosts and addresses that the certificate names, without those with wildcards.</summary>
    internal IEnumerable<string> Names
    {
        get
        {
            if (Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } names) return [];
            return names.EnumerateDnsNames().Where(name => !name.Contains('*', StringComparison.Ordinal))
                .Concat(names.EnumerateIPAddresses().Select(address => address.ToString()));
        }
    }

    /// <summary>
    /// Whether a peer's certificate is valid now and signed by the cluster's authority; authorities of this machine do not count. Host names are not checked:
    /// every node with a certificate of the authority is a peer.
    /// </summary>
    /// <param name="presented">The certificates that the peer sent with it; null for none.</param>
    public bool IsTrusted(X509Certificate2? peer, X509Chain? presented = null) =>
        peer is not null && IsTrusted(peer, presented?.ChainElements.Select(element => element.Certificate) ?? []);

    /// <inheritdoc cref="IsTrusted(X509Certificate2?, X509Chain?)"/>
    internal bool IsTrusted(X509Certificate2 peer, IEnumerable<X509Certificate2> presented)
    {
        if (IsRevoked(peer)) return false;
        using X509Chain chain = new();
        chain.ChainPolicy = Policy();
        foreach (X509Certificate2 certificate in presented) chain.ChainPolicy.ExtraStore.Add(certificate);
        return chain.Build(peer);
    }

    /// <summary>The node's own certificate and those between it and the authority, in DER.</summary>
    internal byte[][] Presented => [Certificate.RawData, .. _content.Between.Select(certificate => certificate.RawData)];

    /// <summary>Requires a node's certificate.</summary>
    /// <exception cref="InvalidInputException">It has the role of a client.</exception>
    internal void RequireNode(TlsOptions options)
    {
        if (CertificateRole.Of(Certificate) is not { IsNode: false, Name: var role }) return;
        throw new InvalidInputException(
            $"The certificate of {Certificate.Subject} is a client's (role {role}): a node needs the role node",
            "deploy/certificates.sh FOLDER NAME makes it", new(options.Certificate));
    }

    internal static TlsCredentials Load(TlsOptions options)
    {
        TlsCredentials credentials = new(Read(options));
        credentials.CheckOwn(options);
        return credentials;
    }

    /// <summary>
    /// Reads the files again. Channels opened from now on use the new certificate, the new authority and the new list of revoked certificates. Open connections
    /// stay.
    /// </summary>
    /// <exception cref="InvalidInputException">The files cannot be used; the previous ones stay in force.</exception>
    internal void Reload(TlsOptions options)
    {
        TlsCredentials credentials = Load(options);
        credentials.RequireNode(options);
        _content = credentials._content;
    }

    private static Content Read(TlsOptions options)
    {
        X509Certificate2Collection authority = Certificates(options.Authority, "authority");
        X509Certificate2Collection own = Certificates(options.Certificate, "certificate");
        X509Certificate2Collection between = [.. own.Skip(1)];
        X509Certificate2 certificate = Join(own[0], options);
        RevokedCertificates revoked = options.Revoked is { } path
            ? RevokedCertificates.Parse(Read(path, "list of revoked certificates"), path)
            : RevokedCertificates.None;
        return new Content(certificate, between, authority, SslStreamCertificateContext.Create(certificate, between, offline: true), revoked);
    }

    internal SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = _content.Context,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, peer, _, errors) => IsPeer(peer, errors),
        AllowTlsResume = false,
    };

    internal SslClientAuthenticationOptions ClientOptions(string host) => new()
    {
        TargetHost = host,
        ClientCertificateContext = _content.Context,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, peer, _, errors) => IsPeer(peer, errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) && IsNode(peer),
        AllowTlsResume = false,
    };

    /// <summary>TLS options for the port of remoting, which speaks TLS 1.2.</summary>
    internal SslClientAuthenticationOptions RemotingOptions(string host)
    {
        var options = ClientOptions(host);
        options.EnabledSslProtocols = SslProtocols.None;
        return options;
    }

    private bool IsPeer(X509Certificate? peer, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None && peer is X509Certificate2 certificate && !IsRevoked(certificate);

    /// <summary>Whether the listening peer is a node; clients never listen.</summary>
    private static bool IsNode(X509Certificate? peer) => peer is X509Certificate2 certificate && CertificateRole.Of(certificate).IsNode;

    private bool IsRevoked(X509Certificate2 certificate) => _content.Revoked.Contains(certificate);

    /// <summary>A policy that trusts only the cluster's authority, and downloads nothing.</summary>
    private X509ChainPolicy Policy()
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_content.Authority);
        policy.ExtraStore.AddRange(_content.Between);
        return policy;
    }

    private void CheckOwn(TlsOptions options)
    {
        DateTime now = DateTime.UtcNow;
        if (now > Certificate.NotAfter.ToUniversalTime())
            throw new InvalidInputException(
                $"The certificate expired on {Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}", "Make a new one of the same authority",
                    new(options.Certificate));
        if (now < Certificate.NotBefore.ToUniversalTime())
        {
            throw new InvalidInputException(
                $"The certificate is not valid before {Certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", "Look at this machine's clock",
                    new(options.Certificate));
        }

        if (_content.Authority[0].NotAfter.ToUniversalTime() < now)
            throw new InvalidInputException(
                $"The authority expired on {_content.Authority[0].NotAfter.ToUniversalTime():yyyy-MM-dd}", "Make a new one, and new certificates for all nodes",
                    new(options.Authority));
        if (!IsTrusted(Certificate))
        {
            throw new InvalidInputException(
                $"The certificate of {Certificate.Subject} was not signed by the authority in '{options.Authority}'",
                "Give the authority that made it, or make a certificate with this one",
                new(options.Certificate));
        }
    }

    private static X509Certificate2 Join(X509Certificate2 certificate, TlsOptions options)
    {
        string key = Read(options.Key, "key");
        try
        {
            using X509Certificate2 joined = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key);

            // Windows and Akka's remoting need a key that could be stored in a file.
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidInputException(
                $"There is no private key here that belongs to the certificate in '{options.Certificate}'",
                    "Give the key that was made with it, as PEM and not encrypted", new(options.Key), e);
        }
    }

    private static X509Certificate2Collection Certificates(string path, string role)
    {
        string text = Read(path, role);
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new InvalidInputException($"The {role} is damaged: {e.Message.TrimEnd('.')}", "Make it again, or copy it once more", new(path), e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new InvalidInputException($"There is no certificate here, where the {role} is expected", "Give a PEM file", new(path));
    }

    private static string Read(string path, string role)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"The {role} of this node cannot be read: {e.Message.TrimEnd('.')}", "deploy/certificates.sh makes an authority and certificates", new(path),
                    e);
        }
    }

    private sealed record Content(
        X509Certificate2 Certificate, X509Certificate2Collection Between, X509Certificate2Collection Authority, SslStreamCertificateContext Context,
        RevokedCertificates Revoked);
}
