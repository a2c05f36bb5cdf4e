using CsCheck;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>Whatever the order of events, and whoever is lost, a run ends with the bits of the one-thread trainer and tells the same.</summary>
public class TrainingRunDeterminismTests
{
    private static readonly Gen<(int Workers, double Failures, double Repeats, int Seed)> Circumstances =
        Gen.Select(Gen.Int[1, 8], Gen.Int[10, 50].Select(percent => percent / 100.0), Gen.Int[0, 60].Select(percent => percent / 100.0), Gen.Int[0, 1 << 30]);

    public static TheoryData<string> Kinds => [.. AnswerKey.Kinds, "earlyStopping"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_order_of_events_ends_with_the_same_bits(string kind)
    {
        var key = AnswerKey.Of(Create(kind));
        int failed = 0;
        Circumstances.Sample(
            (workers, failures, repeats, seed) =>
            {
                var run = new SimulatedRun(Create(kind), [.. Enumerable.Repeat(1, workers)], seed) { FailureRate = failures, RepeatRate = repeats };
                run.Run();
                Assert.Equal(new Finish(IsComplete: true), run.End);
                SameState.Assert(key.State, run.State);
                Assert.Equal(key.Told, AnswerKey.Untimed(run.Progress));
                failed += run.Failed;
            },
            iter: 15, threads: 1);
        Assert.True(failed > 0, "Nothing was lost.");
    }

    /// <summary>Nodes of one to three workers join, hang, wake, are suspected, trusted, late, lost, and leave; and workers fail as well.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_happens_to_its_nodes_a_run_ends_with_the_same_bits_and_never_hangs(string kind)
    {
        var key = AnswerKey.Of(Create(kind));
        var seen = new HashSet<Type>();
        Gen.Select(Gen.Int[1, 3].Array[1, 4], Gen.Int[0, 30], Gen.Int[0, 40], Gen.Int[5, 60], Gen.Int[0, 1 << 30]).Sample(
            (nodes, failures, repeats, unrest, seed) =>
            {
                var run = new SimulatedRun(Create(kind), nodes, seed) { FailureRate = failures / 100.0, RepeatRate = repeats / 100.0, Unrest = unrest / 100.0 };
                run.Run();
                Assert.Equal(new Finish(IsComplete: true), run.End);
                SameState.Assert(key.State, run.State);
                Assert.Equal(key.Told, AnswerKey.Untimed(run.Progress));
                foreach (var told in run.Told) seen.Add(told.GetType());
            },
            iter: 25, threads: 1);
        Type[] expected = [typeof(WorkersJoined), typeof(WorkersLost), typeof(WorkersLeft), typeof(ShardsMoved), typeof(TrainingPaused),
            typeof(TrainingContinued)];
        Assert.Empty(expected.Except(seen));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_stopped_at_any_event_and_continued_ends_with_the_same_bits(string kind)
    {
        var key = AnswerKey.Of(Create(kind));
        Gen.Select(Circumstances, Gen.Int[0, 150], Gen.Int[0, 40]).Sample(
            (circumstances, stopAfter, unrest) =>
            {
                var (workers, failures, repeats, seed) = circumstances;
                var run = new SimulatedRun(Create(kind), [.. Enumerable.Repeat(1, workers)], seed)
                {
                    FailureRate = failures,
                    RepeatRate = repeats,
                    Unrest = unrest / 100.0,
                };
                run.Run(stopAfter);
                Assert.IsType<Finish>(run.End);
                Assert.Equal(run.State.Progress.Step, run.Saves[^1].Step);
                var rest = new Trainer(Create(kind) with { Start = run.State.Snapshot() });
                Assert.True(rest.Run());
                SameState.Assert(key.State, rest.State);
            },
            iter: 15, threads: 1);
    }

    private static TrainingJob Create(string kind)
    {
        if (kind != "earlyStopping") return AnswerKey.Create(kind);
        var job = AnswerKey.Create("lstm", epochs: 12);
        var training = job.Training with { Optimizer = new Adam(0.05), Schedule = new ReduceOnPlateau(0.5, 1), EarlyStopping = new EarlyStopping(2) };
        return job with { Training = training };
    }
}
