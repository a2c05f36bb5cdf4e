using Xunit;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Tests of clusters run one after another, and beside nothing else: each needs the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection
{
    public const string Name = "cluster";
}
