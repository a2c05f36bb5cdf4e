using Xunit;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>A seed is a history: it can be played again, and made smaller.</summary>
public class ReplayTests
{
    [Fact]
    public void The_same_seed_gives_the_same_log()
    {
        for (int seed = 0; seed < 18; seed++)
        {
            var scenario = (seed % 4) switch
            {
                0 => Scenario.Of(seed, FaultKind.Upgrade),
                1 => Scenario.WithLiar(seed),
                2 => Scenario.WithPriorities(seed),
                _ => Scenario.WithLimits(seed),
            };
            if (seed % 3 == 0) scenario = scenario.Beside();
            var first = Simulation.Play(scenario, isLogging: true, mayFallBack: true);
            Assert.NotEmpty(first.Log);
            Assert.Equal(first.Log, Simulation.Play(scenario, isLogging: true, mayFallBack: true).Log);
        }
    }

    [Fact]
    public void Faults_that_have_nothing_to_do_with_a_failure_are_left_away()
    {
        Fault Any(FaultKind kind, double at) => new(kind, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(1), 0, 0);
        var scenario = Scenario.Of(1) with { Faults = [.. Enumerable.Range(0, 9).Select(i => Any(i % 4 == 0 ? FaultKind.Tear : FaultKind.Hang, i))] };
        var small = Simulation.Shrink(scenario, fewer => fewer.Faults.Count(fault => fault.Kind == FaultKind.Tear) >= 2);
        Assert.Equal([FaultKind.Tear, FaultKind.Tear], small.Faults.Select(fault => fault.Kind));
    }

    [Fact]
    public void A_failure_tells_its_seed_its_faults_and_its_log()
    {
        var scenario = Enumerable.Range(0, 500).Select(seed => Scenario.Of(seed, FaultKind.Upgrade)).First(scenario =>
            scenario.Faults.Count > 3 && Simulation.Play(scenario, Bug.EpochIsNoFence, mayFallBack: true).Failure is not null);
        string told = Simulation.Describe(scenario, Bug.EpochIsNoFence, mayFallBack: true);
        Assert.Contains($"RNNACTORS_SEED={scenario.Seed} ", told, StringComparison.Ordinal);
        Assert.Contains("leads under epoch", told, StringComparison.Ordinal);
        Assert.Contains("is the coordinator, epoch 1", told, StringComparison.Ordinal);
    }
}
