using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Transfer;

/// <summary>A node's certificate with its key, and the cluster's authority: the identity for channels and remoting.</summary>
public sealed class TlsCredentials
{
    private readonly X509Certificate2Collection _between;
    private readonly X509Certificate2Collection _authority;
    private readonly SslStreamCertificateContext _context;

    private TlsCredentials(X509Certificate2 certificate, X509Certificate2Collection between, X509Certificate2Collection authority)
    {
        (Certificate, _between, _authority) = (certificate, between, authority);
        _context = SslStreamCertificateContext.Create(certificate, between, offline: true);
    }

    /// <summary>The node's certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

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
    /// Whether a peer's certificate is in force and signed by the cluster's authority alone; authorities of this machine do not count. Names are not
    /// compared: every node of the authority is a peer.
    /// </summary>
    /// <param name="presented">The certificates that the peer sent with it; null for none.</param>
    public bool IsTrusted(X509Certificate2? peer, X509Chain? presented = null)
    {
        if (peer is null) return false;
        using X509Chain chain = new();
        chain.ChainPolicy = Policy();
        foreach (X509ChainElement element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(peer);
    }

    internal static TlsCredentials Load(TlsOptions options)
    {
        X509Certificate2Collection authority = Certificates(options.Authority, "authority");
        X509Certificate2Collection own = Certificates(options.Certificate, "certificate");
        TlsCredentials credentials = new(Join(own[0], options), [.. own.Skip(1)], authority);
        credentials.CheckOwn(options);
        return credentials;
    }

    internal SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = _context,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, peer, _, errors) => peer is not null && errors == SslPolicyErrors.None,
        AllowTlsResume = false,
    };

    internal SslClientAuthenticationOptions ClientOptions(string host) => new()
    {
        TargetHost = host,
        ClientCertificateContext = _context,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, peer, _, errors) =>
            peer is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
        AllowTlsResume = false,
    };

    /// <summary>For the port of remoting, which speaks TLS 1.2.</summary>
    internal SslClientAuthenticationOptions RemotingOptions(string host)
    {
        var options = ClientOptions(host);
        options.EnabledSslProtocols = SslProtocols.None;
        return options;
    }

    /// <summary>A policy that trusts the authority alone and fetches nothing.</summary>
    private X509ChainPolicy Policy()
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authority);
        policy.ExtraStore.AddRange(_between);
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

        if (_authority[0].NotAfter.ToUniversalTime() < now)
            throw new InvalidInputException(
                $"The authority expired on {_authority[0].NotAfter.ToUniversalTime():yyyy-MM-dd}", "Make a new one, and new certificates for all nodes",
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

            // Windows and remoting want a key that a file could hold.
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
}
