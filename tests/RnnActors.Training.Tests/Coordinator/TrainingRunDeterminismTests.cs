using CsCheck;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
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
                var run = new SimulatedRun(Create(kind), workers, seed) { FailureRate = failures, RepeatRate = repeats };
                run.Run();
                Assert.Equal(new Finish(IsComplete: true), run.End);
                SameState.Assert(key.State, run.State);
                Assert.Equal(key.Told, run.Told.Where(told => told is not WorkerRestarted));
                failed += run.Failed;
            },
            iter: 15, threads: 1);
        Assert.True(failed > 0, "Nothing was lost.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_stopped_at_any_event_and_continued_ends_with_the_same_bits(string kind)
    {
        var key = AnswerKey.Of(Create(kind));
        Gen.Select(Circumstances, Gen.Int[0, 150]).Sample(
            (circumstances, stopAfter) =>
            {
                var (workers, failures, repeats, seed) = circumstances;
                var run = new SimulatedRun(Create(kind), workers, seed) { FailureRate = failures, RepeatRate = repeats };
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
        return job with { Training = job.Training with { Optimizer = new Adam(0.05), Schedule = new ReduceOnPlateau(0.5, 1), EarlyStopping = new EarlyStopping(2) } };
    }
}
