using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Objectives;

/// <summary>
/// A loss whose outputs are a distribution of each target. Of its outputs for k targets, the first k are the first parameter of each, the next k the second,
/// and so on. The methods take the outputs of one target in that order, as the network gives them.
/// </summary>
public interface IDistribution
{
    int OutputsPerTarget { get; }

    /// <summary>The one number that stands for the distribution: its location or mean.</summary>
    double Point(ReadOnlySpan<float> outputs);

    /// <summary>The value below which a share <paramref name="level"/> of the distribution lies.</summary>
    double Quantile(ReadOnlySpan<float> outputs, double level);

    /// <summary>A value by chance, the same on every machine.</summary>
    double Draw(ReadOnlySpan<float> outputs, ref RandomSequence random);
}
