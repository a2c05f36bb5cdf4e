using RnnActors.Cli.Display;
using RnnActors.Cli.Runs;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using Xunit;

namespace RnnActors.Cli.Tests.Display;

public sealed class OverviewTextTests
{
    [Theory]
    [InlineData(1, "runs/test, 1 worker")]
    [InlineData(8, "runs/test, 8 workers")]
    [InlineData(64, "runs/test, 8 workers of 64: no more can share the batch than it has shards")]
    public void It_says_when_there_are_more_workers_than_shards(int offered, string expected)
    {
        var specification = RunSpecification.ForDataFile(null, new DataFileOptions());
        var task = PreparedTasks.Load(specification);
        var plan = new TrainingPlan(specification.Training, task.Train, validates: true);
        var run = new RunOverview("test", specification, task, PreparedTasks.CreateModel(specification, task), plan, offered, TrainingProgress.Start, new RunFolder("runs/test"));
        Assert.Equal(expected, OverviewText.Lines(run).Single(line => line.Name == "run").Value);
    }
}
