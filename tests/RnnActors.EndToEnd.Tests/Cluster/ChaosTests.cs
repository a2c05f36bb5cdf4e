using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>
/// Random faults of all kinds. <c>RNNACTORS_CHAOS_FAULTS</c> says how many for each model, <c>RNNACTORS_CHAOS_SEED</c> repeats those of a seed. They are not
/// played unless they are asked for: where a cut leaves no side that goes on, all candidates wait for one another, and the run does not end.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper log)
{
    [SkippableTheory]
    [InlineData(TestCluster.Words)]
    [InlineData(TestCluster.Series)]
    public void Whatever_happens_the_parameters_are_those_of_one_process(string specification)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        Skip.If(Setting("RNNACTORS_CHAOS_FAULTS") is null, "RNNACTORS_CHAOS_FAULTS does not say how many faults; candidates that all lost a cut do not find together again yet.");
        int seed = Setting("RNNACTORS_CHAOS_SEED") ?? Random.Shared.Next(1_000_000);
        log.WriteLine($"seed {seed}");
        string? hindrance = Network.Hindrance();
        if (hindrance is not null) log.WriteLine($"No cable is pulled: {hindrance}");
        using var network = hindrance is null ? new Network() : null;
        using var cluster = network is null
            ? new TestCluster(log)
            : new TestCluster(log) { Wrapper = network.Enter, Binding = name => ["--bind", network.AddressOf(name)] };
        cluster.Watch(() => new Chaos(cluster, network, seed, log).Disturb(specification, Setting("RNNACTORS_CHAOS_FAULTS")!.Value));
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
