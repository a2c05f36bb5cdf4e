using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Random faults of all kinds, against models whose states are carried from batch to batch. <c>RNNACTORS_CHAOS_FAULTS</c> says how many for each model where it is to be
/// another number than a short test's, and <c>RNNACTORS_CHAOS_SEED</c> repeats those of a seed.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper log)
{
    private const int Faults = 12;

    /// <summary>A machine that is slow has fewer faults.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData(TestCluster.Words)]
    [InlineData(TestCluster.Levels)]
    public void Whatever_happens_the_parameters_are_those_of_one_process(string specification)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        int seed = Setting("RNNACTORS_CHAOS_SEED") ?? Random.Shared.Next(1_000_000);
        log.WriteLine($"seed {seed}");
        string? hindrance = Network.Hindrance();
        if (hindrance is not null) log.WriteLine($"No cable is pulled: {hindrance}");
        using var network = hindrance is null ? new Network() : null;
        using var cluster = network is null
            ? new TestCluster(log)
            : new TestCluster(log) { Wrapper = network.Enter, Binding = name => ["--bind", network.AddressOf(name)] };
        cluster.Watch(() => new Chaos(cluster, network, seed, log).Disturb(
            specification, Setting("RNNACTORS_CHAOS_FAULTS") ?? Faults, Setting("RNNACTORS_CHAOS_FAULTS") is null ? Most : TimeSpan.MaxValue));
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
