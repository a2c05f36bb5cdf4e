using System.Security.Cryptography.X509Certificates;

namespace RnnActors.Training.Transfer;

/// <summary>A node's certificate with its key, and the authority that it and all its peers must have: what channels and remoting alike are secured with.</summary>
public sealed class TlsCredentials
{
    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate => throw new NotImplementedException();

    internal static TlsCredentials Load(TlsOptions options) => throw new NotImplementedException();

    /// <summary>Whether a peer's certificate is in force and was signed by the authority, and by it alone: no other of this machine's authorities counts. Names are not compared.</summary>
    public bool IsTrusted(X509Certificate? peer) => throw new NotImplementedException();
}
