using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Wording;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;
using RnnActors.Training.Arrangement;
using Xunit;

namespace RnnActors.Runs.Tests.Stories;

public sealed class OverviewTextTests
{
    [Theory]
    [InlineData(1, "runs/test, 1 worker")]
    [InlineData(8, "runs/test, 8 workers")]
    [InlineData(64, "runs/test, 8 workers of 64: no more can share the batch than it has shards")]
    [InlineData(1, "runs/test, 1 worker", 256)]
    [InlineData(2, "runs/test, 1 worker of 2 threads", 256)]
    [InlineData(6, "runs/test, 3 workers of 2 threads", 256)]
    [InlineData(13, "runs/test, 2 workers of 6 threads; 1 of 13 cannot be shared out evenly", 512)]
    public void It_says_how_threads_are_arranged_and_when_they_are_more_than_the_shards_occupy(int offered, string expected, int units = 10)
    {
        var specification = RunSpecification.ForDataFile(null);
        specification = specification with { Model = new ModelSpec([new Lstm(units), new Dense(1)]) };
        var run = new RunOverview(PreparedRun.Create("test", specification), new RunFolder("runs/test")) { Offered = offered };
        Assert.Equal(expected, OverviewText.Lines(run).Single(line => line.Name == "run").Value);
    }

    [Fact]
    public void It_says_what_was_measured_before_the_run_and_what_was_chosen_first()
    {
        WorkerTeams team = new(1, 2), workers = new(2, 1);
        var run = new RunOverview(PreparedRun.Create("test", RunSpecification.ForDataFile(null)), new RunFolder("runs/test")) { Offered = 2 };
        Assert.Equal(
            $"runs/test, 2 workers (measured now: 40 ms a step and {Memory(workers)} as 2 × 1, 50 ms a step and {Memory(team)} as 1 × 2)",
            Line(run with { Arrangement = new ArrangedThreads(workers, ArrangementReason.Measured, [(team, 0.05), (workers, 0.04)]) }));
        Assert.Equal("runs/test, 1 worker of 2 threads", Line(run with { Arrangement = new ArrangedThreads(team, ArrangementReason.Remembered, []) }));

        Assert.True(MemoryPlan.MinBytes(run.Run.Job, team) < MemoryPlan.MinBytes(run.Run.Job, workers));

        string Memory(WorkerTeams teams) => Figures.Megabytes(MemoryPlan.MinBytes(run.Run.Job, teams));

        static string Line(RunOverview run) => OverviewText.Lines(run).Single(line => line.Name == "run").Value;
    }
}
