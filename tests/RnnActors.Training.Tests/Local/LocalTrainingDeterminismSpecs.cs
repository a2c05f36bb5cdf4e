using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Training.Tests.Local;

/// <summary>Actors train to the bits of the one-thread trainer: with any number of workers, and with workers that crash.</summary>
public class LocalTrainingDeterminismSpecs
{
    public static TheoryData<string> Kinds => [.. AnswerKey.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Any_number_of_workers_ends_with_the_same_bits(string kind)
    {
        var key = AnswerKey.Of(AnswerKey.Create(kind));
        foreach (int workers in new[] { 1, 2, 3, 5, 8 })
        {
            List<TrainingEvent> told = [];
            var outcome = await LocalRun.Start(AnswerKey.Create(kind), workers, observe: told.Add);
            Assert.True(outcome.IsComplete);
            SameState.Assert(key.State, outcome.State);
            Assert.Equal(key.Told, AnswerKey.Untimed(told));
        }
    }

    /// <summary>Hashes after some steps are those of the one-thread loop, and change no bit.</summary>
    [Theory]
    [InlineData("lstm")]
    [InlineData("streams")]
    [InlineData("segments")]
    public async Task Hashes_after_so_many_steps_are_the_same_for_any_number_of_workers(string kind)
    {
        var job = AnswerKey.Create(kind);
        var hashed = job with { Training = job.Training with { HashEverySteps = 2 } };
        var (plain, key) = (AnswerKey.Of(job), AnswerKey.Of(hashed));
        SameState.Assert(plain.State, key.State);
        Assert.Equal(plain.Told, key.Told.Where(happened => happened is not ParametersHashed));
        Assert.Equal(
            Enumerable.Range(1, (int)key.State.Progress.Step / 2).Select(half => 2L * half), key.Told.OfType<ParametersHashed>().Select(told => told.Step));
        foreach (int workers in new[] { 1, 3 })
        {
            List<TrainingEvent> told = [];
            await LocalRun.Start(AnswerKey.Create(kind) with { Training = hashed.Training }, workers, observe: told.Add);
            Assert.Equal(key.Told, AnswerKey.Untimed(told));
        }
    }

    public static TheoryData<string> TeamKinds => [.. TestJobs.TeamKinds];

    /// <summary>One to four threads in every arrangement: as one team, as several, and as workers of a thread each.</summary>
    [Theory]
    [MemberData(nameof(TeamKinds))]
    public async Task Threads_that_compute_large_cells_together_end_with_the_same_bits(string kind)
    {
        var key = AnswerKey.Of(TestJobs.CreateForTeams(kind));
        foreach (int threads in new[] { 1, 2, 3, 4 })
        {
            var job = TestJobs.CreateForTeams(kind);
            var arrangements = WorkerTeams.Candidates(job.Model, job.Training, threads);
            Assert.Equal([1, threads], new[] { arrangements.Min(teams => teams.ThreadsOfEach), arrangements.Max(teams => teams.ThreadsOfEach) });
            foreach (var teams in arrangements)
            {
                List<TrainingEvent> told = [];
                var outcome = await LocalRun.Start(job, threads, observe: told.Add, teams: teams);
                SameState.Assert(key.State, outcome.State);
                Assert.Equal(key.Told, AnswerKey.Untimed(told));
            }
        }
    }

    [Theory]
    [InlineData("lstm", 1)]
    [InlineData("lstm", 3)]
    [InlineData("streams", 2)]
    [InlineData("segments", 4)]
    public async Task Workers_that_crash_are_started_anew_and_change_no_bit(string kind, int workers)
    {
        var job = AnswerKey.Create(kind);
        var key = AnswerKey.Of(job);
        // So far apart that one worker never fails three times in a step, which would end the run. "segments" reads each batch twice, for its ignored labels.
        int[] failing = kind == "segments" ? [1, 11, 21] : [1, 4, 7];
        var data = new ObservedDataset(job.Data, (read, _) => failing.Contains(read));
        var validation = new ObservedDataset(job.Validation!, (read, _) => read is 2 or 5);
        List<TrainingEvent> told = [];
        var outcome = await LocalRun.Start(job with { Data = data, Validation = validation }, workers, observe: told.Add);
        SameState.Assert(key.State, outcome.State);
        Assert.Equal(key.Told, AnswerKey.Untimed(told.Where(happened => happened is not WorkerRestarted)));
        Assert.Equal(
            failing.Concat([2, 5]).Select(read => $"read {read} failed").Order(StringComparer.Ordinal),
            told.OfType<WorkerRestarted>().Select(restarted => restarted.Reason).Order(StringComparer.Ordinal));
        Assert.All(told.OfType<WorkerRestarted>(), restarted => Assert.StartsWith("worker ", restarted.Worker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_team_that_crashes_is_started_anew_and_changes_no_bit()
    {
        var job = TestJobs.CreateForTeams("lstm");
        var key = AnswerKey.Of(TestJobs.CreateForTeams("lstm"));
        List<TrainingEvent> told = [];
        var outcome = await LocalRun.Start(
            job with { Data = new ObservedDataset(job.Data, (read, _) => read is 1 or 3) }, workers: 2, observe: told.Add, teams: new WorkerTeams(1, 2));
        SameState.Assert(key.State, outcome.State);
        Assert.Equal(2, told.OfType<WorkerRestarted>().Count());
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("streams")]
    public async Task A_run_continued_from_any_checkpoint_by_other_workers_ends_with_the_same_bits(string kind)
    {
        var job = AnswerKey.Create(kind) with { CheckpointEverySteps = 1 };
        var key = AnswerKey.Of(job);
        var sink = new ObservedSink();
        await LocalRun.Start(job, workers: 2, sink);
        Assert.NotEmpty(sink.Saved);
        foreach (var (state, _) in sink.Saved)
            SameState.Assert(key.State, (await LocalRun.Start(job with { Start = state.Snapshot() }, workers: 3)).State);
    }
}
