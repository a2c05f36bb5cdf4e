namespace RnnActors.Training.Transfer;

/// <summary>The files of a node's identity in a cluster with mutual TLS, all in PEM.</summary>
/// <param name="Certificate">The node's certificate; certificates between it and the authority may follow in the same file.</param>
/// <param name="Key">Its private key, not encrypted.</param>
/// <param name="Authority">The certificate of the cluster's own authority: only certificates that it has signed are trusted.</param>
public sealed record TlsOptions(string Certificate, string Key, string Authority)
{
    /// <summary>The file with the list of revoked certificates; null for none.</summary>
    public string? Revoked { get; init; }

    /// <exception cref="Core.Problems.InvalidInputException">A file is missing, damaged, expired, or does not belong to the others.</exception>
    public TlsCredentials Load() => TlsCredentials.Load(this);
}
