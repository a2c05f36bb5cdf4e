using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Transfer;

/// <summary>
/// Revoked certificates, one a line: a serial number, or a SHA-1 or SHA-256 thumbprint, in hexadecimal digits with or without colons. The output of <c>openssl
/// x509 -noout -serial</c> is accepted. Whatever follows # is a comment.
/// </summary>
internal sealed class RevokedCertificates
{
    public static readonly RevokedCertificates None = new([]);

    private readonly HashSet<string> _names;

    private RevokedCertificates(HashSet<string> names) => _names = names;

    public int Count => _names.Count;

    /// <exception cref="InvalidInputException">A line is not such a number.</exception>
    public static RevokedCertificates Parse(string text, string path)
    {
        HashSet<string> names = [];
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0) continue;
            string name = Normalised(line[(line.LastIndexOf('=') + 1)..]);
            if (name.Length == 0 || !name.All(char.IsAsciiHexDigit))
            {
                throw new InvalidInputException(
                    $"'{line}' is neither a serial number nor a thumbprint", "Write what openssl x509 -noout -serial -in NAME.crt prints", new(path, i + 1));
            }

            names.Add(name);
        }

        return new RevokedCertificates(names);
    }

    public bool Contains(X509Certificate2 certificate) => _names.Count > 0
        && (_names.Contains(Normalised(certificate.SerialNumber)) || _names.Contains(Normalised(certificate.GetCertHashString(HashAlgorithmName.SHA256)))
            || _names.Contains(Normalised(certificate.GetCertHashString(HashAlgorithmName.SHA1))));

    private static string Normalised(string number) => number.Trim().Replace(":", "", StringComparison.Ordinal).ToUpperInvariant().TrimStart('0');
}
