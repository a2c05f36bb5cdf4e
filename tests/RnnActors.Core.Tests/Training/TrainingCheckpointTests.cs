using RnnActors.Core.Checkpoints;
using RnnActors.Core.Tests.Checkpoints;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

/// <summary>A file holds all that a run goes on from, also between the batches of an epoch.</summary>
public sealed class TrainingCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => [.. TestJobs.Kinds];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_that_is_read_from_a_file_of_any_step_ends_with_the_same_bits(string kind)
    {
        var job = TestJobs.Create(kind, epochs: 3) with { CheckpointEverySteps = 1 };
        using CheckpointStore store = new(_folder.Path, keep: 100);
        var sink = new CheckpointSink(store, job.Model, job.Training, new RunIdentity("{}", "{}", "data"));
        var whole = new Trainer(job);
        Assert.True(whole.Run(checkpoint: (state, isBest) => sink.Save(state, isBest)));
        int inMidEpoch = 0;
        foreach (long step in store.Folder.Steps())
        {
            var start = TrainingCheckpoint.Restore(CheckpointFile.Read(store.Folder.PathOf(step)), job.Model, job.Training);
            Assert.Equal(step, start.Progress.Step);
            if (start.Progress.Position > 0) inMidEpoch++;
            var rest = new Trainer(job with { Start = start });
            Assert.True(rest.Run());
            SameState.Assert(whole.State, rest.State);
        }

        Assert.InRange(inMidEpoch, 3, int.MaxValue);
    }
}
