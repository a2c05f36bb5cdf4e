using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Random faults of all kinds, against models whose states are carried from batch to batch.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper log)
{
    [SkippableTheory]
    [InlineData(TestCluster.Words)]
    [InlineData(TestCluster.Levels)]
    public void Whatever_happens_the_parameters_are_those_of_one_process(string specification)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        int seed = Lengths.Seed(log);
        string? hindrance = Network.Hindrance();
        if (hindrance is not null) log.WriteLine($"No cable is pulled: {hindrance}");
        using var network = hindrance is null ? new Network() : null;
        using var cluster = network is null
            ? new TestCluster(log)
            : new TestCluster(log) { Wrapper = network.Enter, Binding = name => ["--bind", network.AddressOf(name)] };
        cluster.Watch(() => new Chaos(cluster, network, seed, log).Disturb(specification, Lengths.ChaosFaults, Lengths.ChaosTime));
    }
}
