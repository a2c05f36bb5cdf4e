using Xunit;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Tests of clusters that go by how fast or how silent a node is. They run one after another, and beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection
{
    public const string Name = "cluster";
}
