using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Arrangement;
using Xunit;

namespace RnnActors.Training.Tests.Arrangement;

public sealed class ThreadArrangementTests : IDisposable
{
    private static readonly WorkerTeams Team = new(1, 2), Workers = new(2, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly ArrangementCache _cache;
    private int _measurements;

    public ThreadArrangementTests() => _cache = new ArrangementCache(Path.Combine(_folder, "new", "cache.json"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_measurement_decides_and_the_machine_remembers_it()
    {
        var first = Choose(LongJob(), team: 0.3, workers: 0.2);
        Assert.Equal((Workers, ArrangementReason.Measured), (first.Teams, first.Reason));
        Assert.Equal([(Team, 0.3), (Workers, 0.2)], first.Measured);
        var second = Choose(LongJob(), team: 0.1, workers: 0.2);
        Assert.Equal((Workers, ArrangementReason.Remembered), (second.Teams, second.Reason));
        Assert.Equal(1, _measurements);
        var fresh = Choose(LongJob(), team: 0.1, workers: 0.2, isFresh: true);
        Assert.Equal((Team, ArrangementReason.Measured), (fresh.Teams, fresh.Reason));
        Assert.Equal(Team, Choose(LongJob(), team: 0.3, workers: 0.2).Teams);
        Assert.Equal(2, _measurements);
    }

    [Fact]
    public void A_model_of_another_size_is_measured_by_itself()
    {
        Choose(LongJob(), team: 0.3, workers: 0.2);
        var job = LongJob();
        Choose(job with { Training = job.Training with { Batch = 16 } }, team: 0.3, workers: 0.2);
        Choose(Long(TestJobs.CreateForTeams("gru")), team: 0.3, workers: 0.2);
        Assert.Equal(3, _measurements);
    }

    [Fact]
    public void A_short_run_is_not_measured_but_uses_what_the_machine_remembers()
    {
        var job = TestJobs.CreateForTeams("lstm");
        Assert.True(job.CreatePlan().LastStep < ThreadArrangement.MinSteps);
        Assert.Equal((Team, ArrangementReason.Rule), Chosen(Choose(job, team: 0.3, workers: 0.2)));
        Choose(LongJob(), team: 0.3, workers: 0.2);
        Assert.Equal((Workers, ArrangementReason.Remembered), Chosen(Choose(job, team: 0.2, workers: 0.3)));
        Assert.Equal(1, _measurements);
    }

    [Fact]
    public void One_possible_arrangement_is_not_measured()
    {
        Assert.Equal((new WorkerTeams(1, 1), ArrangementReason.Rule), Chosen(Choose(LongJob(), team: 0.3, workers: 0.2, threads: 1)));
        Assert.Equal((Workers, ArrangementReason.Rule), Chosen(Choose(Long(TestJobs.Create("lstm")), team: 0.2, workers: 0.3)));
        Assert.Equal(0, _measurements);
    }

    [Fact]
    public void A_remembered_arrangement_that_is_not_possible_here_is_measured_again()
    {
        var job = LongJob();
        _cache.Keep(ArrangementKey.Of(job, 2), new WorkerTeams(7, 3));
        Assert.Equal((Workers, ArrangementReason.Measured), Chosen(Choose(job, team: 0.3, workers: 0.2)));
    }

    [Fact]
    public void Where_the_measurement_fails_the_rule_decides_and_nothing_is_remembered()
    {
        var job = LongJob();
        var chosen = ThreadArrangement.Choose(job, 2, _cache, isFresh: false, (_, _) => []);
        Assert.Equal((Team, ArrangementReason.Rule), Chosen(chosen));
        Assert.Null(_cache.Find(ArrangementKey.Of(job, 2)));
    }

    [Fact]
    public void A_measurement_times_each_arrangement_with_the_runs_own_data()
    {
        var job = LongJob();
        var data = new ObservedDataset(job.Data);
        var measured = ArrangementTrials.Measure(job with { Data = data }, [Team, Workers]);
        Assert.Equal([Team, Workers], measured.Select(one => one.Teams));
        Assert.All(measured, one => Assert.True(one.Seconds > 0));
        Assert.NotEmpty(data.Readers);
    }

    [Fact]
    public void A_measurement_of_data_that_cannot_be_read_ends_without_a_time()
    {
        var job = LongJob();
        Assert.Empty(ArrangementTrials.Measure(job with { Data = new ObservedDataset(job.Data, (read, _) => read == 3) }, [Team, Workers]));
    }

    /// <summary>The same state before and after, to the bit; and a run that was measured ends as one that was not.</summary>
    [Fact]
    public void A_measurement_leaves_the_runs_state_as_it_is()
    {
        var job = LongJob();
        var start = job.CreateState();
        var before = start.Snapshot();
        ArrangementTrials.Measure(job with { Start = start }, [Team, Workers]);
        SameState.Assert(before, start);
    }

    private static (WorkerTeams Teams, ArrangementReason Reason) Chosen(ArrangedThreads chosen) => (chosen.Teams, chosen.Reason);

    private static TrainingJob LongJob() => Long(TestJobs.CreateForTeams("lstm"));

    private static TrainingJob Long(TrainingJob job) => job with { Training = job.Training with { Epochs = 1000 } };

    private ArrangedThreads Choose(TrainingJob job, double team, double workers, bool isFresh = false, int threads = 2) =>
        ThreadArrangement.Choose(job, threads, _cache, isFresh, (_, arrangements) =>
        {
            _measurements++;
            return [.. arrangements.Select(teams => (teams, teams == Team ? team : workers))];
        });
}
