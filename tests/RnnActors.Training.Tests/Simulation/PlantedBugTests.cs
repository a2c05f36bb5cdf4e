using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The simulation finds faults that are planted on purpose, and leaves the fault that it takes of those that it played.</summary>
public class PlantedBugTests(ITestOutputHelper output)
{
    /// <summary>Seeds within which each must be found.</summary>
    private const int Seeds = 500;

    public static TheoryData<string> Bugs => [.. Enum.GetNames<Bug>().Where(name => name != nameof(Bug.None))];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Each_planted_bug_is_found(string name)
    {
        var bug = Enum.Parse<Bug>(name);
        FaultKind[] others = bug switch
        {
            Bug.OlderCopyTakesOver => [FaultKind.Upgrade],
            Bug.LiarBelieved => [FaultKind.Lie],
            Bug.SaidOnce => [FaultKind.Lose, FaultKind.Lose, FaultKind.Lose, FaultKind.Lose, FaultKind.Lose, FaultKind.Lose],
            Bug.ResultCountedTwice => [FaultKind.Slow, FaultKind.Slow, FaultKind.Hang, FaultKind.Hang],
            Bug.RefusedRecordIsForgotten => [FaultKind.Fill, FaultKind.Fill, FaultKind.Fill, FaultKind.Fill, FaultKind.Fill, FaultKind.Fill],
            _ => [],
        };
        bool mayFallBack = bug != Bug.OlderCopyTakesOver;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var scenario = bug switch
            {
                Bug.PausedWithoutSaving or Bug.UrgentRunWaits or Bug.SlowCandidateIsWaitedFor => Scenario.WithPriorities(seed),
                Bug.PartsOfOtherRunsEnd or Bug.AnswerOfAnotherRun => Scenario.Of(seed).Beside(),
                Bug.LiarIsLetInAgain => Scenario.WithLiar(seed),
                Bug.VerdictIsOfAName => Scenario.WithRestartedLiar(seed),
                Bug.ShortNodeIsAskedForTheSame => Scenario.WithLimits(seed),
                _ => Scenario.Of(seed, others),
            };
            if (Simulation.Play(scenario, bug, mayFallBack: mayFallBack).Failure is not { } failure) continue;
            if (bug == Bug.OlderCopyTakesOver && !failure.Contains("was handed over", StringComparison.Ordinal)) continue;
            var small = Simulation.Shrink(scenario, fewer => Simulation.Play(fewer, bug, mayFallBack: mayFallBack).Failure is not null);
            Assert.NotNull(Simulation.Play(small, bug, mayFallBack: mayFallBack).Failure);
            output.WriteLine($"{name}: seed {seed}: {failure.Split('\n')[0]}\n{small}");
            return;
        }

        Assert.Fail($"{name} was not found within {Seeds} seeds");
    }
}
