using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Objectives;

/// <summary>
/// A loss whose outputs are the parameters of a distribution for each target. For k targets, the first k outputs are each target's first parameter, the next k
/// the second, and so on. The methods take one target's outputs in that order, as the network gives them.
/// </summary>
public interface IDistribution
{
    int OutputsPerTarget { get; }

    /// <summary>The point forecast: the distribution's location or mean.</summary>
    double Point(ReadOnlySpan<float> outputs);

    /// <summary>The value below which a share <paramref name="level"/> (between 0 and 1) of the distribution lies.</summary>
    double Quantile(ReadOnlySpan<float> outputs, double level);

    /// <summary>A random sample, the same on every machine.</summary>
    double Draw(ReadOnlySpan<float> outputs, ref RandomSequence random);
}
