using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>The arithmetic and the build of the coordinator's process. A node that computes other bits would change results.</summary>
/// <param name="Proof">As <see cref="ArithmeticProof"/> writes it; null if it was not measured, so that no node is refused.</param>
/// <param name="Build">The identity of the build.</param>
public sealed record ArithmeticStanding(string? Proof, string? Build)
{
    internal static readonly ArithmeticStanding Unknown = new(null, null);

    /// <summary>Why the node cannot take part, as a sentence without its full stop; null if it computes the same bits.</summary>
    public string? DifferenceTo(NodeDescription node)
    {
        if (Proof is null || node.Proof == Proof) return null;
        if (node.Proof is null) return "it has not proved that it computes the cluster's bits";
        string parts = string.Join(", ", ArithmeticProof.Differences(Proof, node.Proof));
        string builds = node.Build == Build ? $"both are of build {Build}, so one of the two machines computes wrongly"
            : $"its build is {node.Build}, and the coordinator's {Build}";
        return $"it does not compute the cluster's bits (other results of {parts}); {builds}";
    }
}
