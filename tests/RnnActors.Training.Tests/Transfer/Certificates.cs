using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>A folder with a private authority's PEM files.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    public Certificates(DateTimeOffset? expires = null)
    {
        Folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false)); // two authorities of one name are told apart
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), expires ?? DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Authority, _authority.ExportCertificatePem());
    }

    public string Folder { get; }

    public string Authority => Path.Combine(Folder, "ca.crt");

    /// <summary>The options of a node with a new certificate of the authority.</summary>
    public TlsOptions Node(string name, DateTimeOffset? from = null, DateTimeOffset? until = null) => Make(name, from, until, []);

    /// <summary>The options of a node with a new certificate of this role.</summary>
    public TlsOptions Node(string name, string role) => Make(name, null, null, [role]);

    /// <summary>The options of a client with a new certificate of these roles.</summary>
    public TlsOptions Client(string name, params string[] roles) => Make(name, null, null, roles);

    private TlsOptions Make(string name, DateTimeOffset? from, DateTimeOffset? until, string[] roles)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        foreach (string role in roles) names.AddUri(new Uri($"urn:rnnactors:role:{role}"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        using X509Certificate2 certificate =
            request.Create(_authority, from ?? DateTimeOffset.UtcNow.AddDays(-1), until ?? DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        TlsOptions options = new(Path.Combine(Folder, $"{name}.crt"), Path.Combine(Folder, $"{name}.key"), Authority);
        File.WriteAllText(options.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(options.Key, key.ExportPkcs8PrivateKeyPem());
        return options;
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
