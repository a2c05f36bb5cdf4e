using CsCheck;
using RnnActors.Core.Objectives;
using RnnActors.Core.Training;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Protocol;

public class EventFormatTests
{
    private static readonly TrainingProgress Progress = new(7, 1, 3, new LossSum(0.1, 2, 1), 0.5, 4, 1, null, false);

    private static readonly StepDone Step = new(Progress, 0.25, 1.5, 0.001f, 64) { Elapsed = TimeSpan.FromMilliseconds(12.5) };

    /// <summary>One of every kind: a new kind of event has to be added, or followers never hear of it.</summary>
    private static readonly TrainingEvent[] All =
    [
        Step, new EpochDone(Progress, 0.1, double.NaN, null, true), new EpochDone(Progress, double.PositiveInfinity, null, 0.5, false),
        new CheckpointSaved(7, "a/ä \"b\"", "00ff"),
        new CheckpointNotSaved(7, "full"), new WorkerRestarted("worker 1", "why"), new WorkersJoined("a:1", 2), new WorkersLeft("a:1", 2),
        new WorkersLost("a:1", 2, "\0\n"), new WorkersUnable("a:1", "full"), new NodeShutOut("a:1", "it lies"),
        new StepNotAudited(7, "late", 2), new ShardsMoved(7, "a:1", 3, "late"),
        new TrainingPaused(7), new TrainingContinued(7), new ParametersHashed(7, "00ff"),
        new RunPaused(7, "0a1b", "urgent", 10), new RunResumed(7),
    ];

    [Fact]
    public void Every_kind_of_event_comes_back()
    {
        // A client makes ClusterNews itself: it never travels.
        var kinds = new[] { typeof(TrainingEvent), typeof(WorkersJoined) }.SelectMany(known => known.Assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(TrainingEvent)) && type != typeof(ClusterNews));
        Assert.Equal(kinds.Select(type => type.Name).Order(), All.Select(happened => happened.GetType().Name).Distinct().Order());
        foreach (var happened in All.Except([Step])) Assert.Equal([happened], EventFormat.Decode(EventFormat.Encode("run", happened)));
        Assert.Equal([Step, Step with { Loss = double.NaN }], EventFormat.Decode(EventFormat.Encode("run", [Step, Step with { Loss = double.NaN }])));
        Assert.Equal("run", EventFormat.Encode("run", All[1]).RunId);
    }

    [Theory]
    [InlineData("Nothing", "{}")]
    [InlineData("", "")]
    [InlineData("StepDone", "{}")]
    [InlineData(nameof(WorkersJoined), "")]
    [InlineData(nameof(WorkersJoined), "null")]
    [InlineData(nameof(WorkersJoined), "[]")]
    [InlineData(nameof(WorkersJoined), "{\"Node\":")]
    [InlineData(nameof(WorkersJoined), "{\"Node\":5}")]
    [InlineData(nameof(WorkersJoined), "{\"Workers\":1}")]
    [InlineData(nameof(WorkersJoined), "{\"Node\":null,\"Workers\":1}")]
    [InlineData(nameof(EpochDone), "{}")]
    [InlineData(EventFormat.StepsKind, "null")]
    [InlineData(EventFormat.StepsKind, "[null]")]
    [InlineData(EventFormat.StepsKind, "[{}]")]
    [InlineData(EventFormat.StepsKind, "{}")]
    public void What_is_no_event_is_passed_over(string kind, string json) => Assert.Empty(EventFormat.Decode(new RunEvent("run", kind, json)));

    [Fact]
    public void No_text_throws_whatever_was_done_to_it() =>
        (from which in Gen.Int[0, All.Length - 1]
         from at in Gen.Int[0, 200]
         from with in Gen.String[0, 3]
         from cut in Gen.Int[0, 4]
         select (which, at, with, cut)).Sample(sample =>
        {
            var told = All[sample.which] is StepDone step ? EventFormat.Encode("run", [step]) : EventFormat.Encode("run", All[sample.which]);
            int at = Math.Min(sample.at, told.Event.Length), cut = Math.Min(sample.cut, told.Event.Length - at);
            foreach (var happened in EventFormat.Decode(told with { Event = told.Event.Remove(at, cut).Insert(at, sample.with) }))
                Assert.NotNull(happened.ToString());
        });
}
