namespace RnnActors.Training.Transfer;

/// <summary>The files of a node's identity in a cluster with mutual TLS, all PEM.</summary>
/// <param name="Certificate">The node's certificate; certificates between it and the authority may follow in the same file.</param>
/// <param name="Key">Its private key, not encrypted.</param>
/// <param name="Authority">The certificate of the cluster's own authority: only nodes with a certificate of it are trusted.</param>
public sealed record TlsOptions(string Certificate, string Key, string Authority)
{
    /// <summary>A list of certificates that are not trusted any more; null for none.</summary>
    public string? Revoked { get; init; }

    /// <exception cref="Core.Problems.InvalidInputException">A file is missing, damaged, expired, or does not belong to the others.</exception>
    public TlsCredentials Load() => TlsCredentials.Load(this);
}
