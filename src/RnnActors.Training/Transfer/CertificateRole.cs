using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The role that a certificate gives its holder, by a name in it: <c>URI:urn:rnnactors:role:node</c> for nodes, which may do everything; <c>follow</c>,
/// <c>submit</c> or <c>administer</c> for clients. A certificate without such a name, as from earlier versions, is a node's.
/// </summary>
/// <param name="Name">The role.</param>
/// <param name="Right">Null for an unknown role, which allows nothing.</param>
internal sealed record CertificateRole(string Name, ClientRight? Right)
{
    private const string Prefix = "urn:rnnactors:role:", NodeName = "node";

    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    private static readonly CertificateRole Node = new(NodeName, ClientRight.Administer);

    public bool IsNode => Name == NodeName;

    public bool Allows(ClientRight needed) => Right >= needed;

    /// <summary>The least role that gives a right.</summary>
    public static string NameOf(ClientRight right) => right switch
    {
        ClientRight.Read => "follow",
        ClientRight.Submit => "submit",
        _ => "administer",
    };

    public static CertificateRole Of(X509Certificate2 certificate)
    {
        CertificateRole[] roles;
        try
        {
            roles = [.. Uris(certificate).Where(uri => uri.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).Select(uri => Parse(uri[Prefix.Length..]))];
        }
        catch (AsnContentException)
        {
            return new CertificateRole("unreadable", null);
        }

        return roles.Length == 0 || roles.Contains(Node) ? Node : roles.MaxBy(role => (int?)role.Right ?? -1)!;
    }

    private static CertificateRole Parse(string name)
    {
        if (NodeName.Equals(name, StringComparison.OrdinalIgnoreCase)) return Node;
        foreach (ClientRight right in Enum.GetValues<ClientRight>())
            if (NameOf(right).Equals(name, StringComparison.OrdinalIgnoreCase)) return new CertificateRole(NameOf(right), right);
        return new CertificateRole(name, null);
    }

    private static List<string> Uris(X509Certificate2 certificate)
    {
        List<string> uris = [];
        foreach (X509SubjectAlternativeNameExtension names in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            AsnReader reader = new AsnReader(names.RawData, AsnEncodingRules.DER).ReadSequence();
            while (reader.HasData)
            {
                if (reader.PeekTag().HasSameClassAndValue(Uri)) uris.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                else reader.ReadEncodedValue();
            }
        }

        return uris;
    }
}
