namespace RnnActors.Training.Protocol;

/// <summary>
/// Numbers by which two builds decide whether they can train together; the product's version plays no part. New fields of a message do not change the protocol
/// (the rule is in the project's README).
/// </summary>
public static class Versions
{
    /// <summary>Raised by a build whose messages an older one would misunderstand, or that cannot work with an older one's messages.</summary>
    public const int Protocol = 1;

    /// <summary>Raised by a build that trains other parameters from the same specification, data and seed.</summary>
    public const int Arithmetic = 1;

    /// <summary>Why a node cannot work with this build; null if it can.</summary>
    public static string? Refuse(NodeDescription node, string version) =>
        node.Protocol != Protocol ? Differ("speaks protocol", node.Protocol, Protocol, node, version)
        : node.Arithmetic != Arithmetic ? Differ("computes with arithmetic", node.Arithmetic, Arithmetic, node, version)
        : null;

    private static string Differ(string does, int theirs, int ours, NodeDescription node, string version) =>
        $"it {does} {theirs} (RnnActors {node.Version}), and the coordinator {ours} (RnnActors {version}): they do not train together";
}
