using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Sessions;

/// <summary>Steps of a run that are computed again.</summary>
public sealed class VerificationTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "data.window=6", "training.epochs=3", "model.0.lstm=4", "training.batch=64", "data.split.train=0.2", "checkpoint.everySteps=5", "checkpoint.keep=3",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_bit_agrees_from_the_checkpoint_before_and_from_the_beginning_on_any_number_of_workers(int workers)
    {
        string run = await TrainAsync();
        TrainedRun trained = TrainedRun.Open(run);
        var last = (await Verification.OfAsync(run, workers: workers))!;
        Assert.True(last.Agrees);
        Assert.Equal((trained.Checkpoint.Step, trained.HashOf(ParameterChoice.Last), last.Expected), (last.To, last.Found, last.Found));
        Assert.InRange(last.From, 1, last.To - 1);

        var whole = (await Verification.OfAsync(run, fromBeginning: true, workers: workers))!;
        Assert.True(whole.Agrees);
        Assert.Equal((0, last.To, last.Found), (whole.From, whole.To, whole.Found));

        // A checkpoint that is named is the one that is verified.
        long step = trained.Folder.Checkpoints.Steps()[1];
        Assert.Equal(step, (await Verification.OfAsync(trained.Folder.Checkpoints.PathOf(step)))!.To);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_changed_value_is_named_by_its_tensor(bool isMoment)
    {
        string run = await TrainAsync();
        TrainedRun trained = TrainedRun.Open(run);
        TrainingState state = trained.State;
        float before = state.Parameters.Memory.Span[0];
        if (isMoment) state.Moments[0].Memory.Span[0] += 1;
        else state.Parameters.Memory.Span[0] = before + 0.5f;
        using (var store = new CheckpointStore(run, 9))
        {
            store.Save(
                trained.Checkpoint.Step, TrainingCheckpoint.Tensors(trained.Model, trained.Specification.Training, state),
                TrainingCheckpoint.Metadata(trained.Model, trained.Specification.Training, state, trained.Identity), isBest: false);
        }

        var verified = (await Verification.OfAsync(run))!;
        Assert.False(verified.Agrees);
        Assert.Equal(isMoment, verified.Expected == verified.Found);
        TensorDifference difference = Assert.Single(verified.Differences);
        Assert.Equal(isMoment, difference.Name.StartsWith("optimizer.", StringComparison.Ordinal));
        Assert.Equal((1, isMoment ? 1 : 0.5), (difference.Different, Math.Round(difference.Largest, 3)));
    }

    [Fact]
    public async Task Without_its_data_and_with_changed_data_no_step_can_be_computed_again()
    {
        string data = _folder.File("data.csv");
        File.WriteAllText(data, "a\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i => i % 17)));
        string run = await TrainAsync(data);
        Assert.True((await Verification.OfAsync(run))!.Agrees);
        File.WriteAllText(data, "a\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i => i == 20 ? 99 : i % 17)));
        Assert.Contains("have changed", (await Assert.ThrowsAsync<InvalidInputException>(() => Verification.OfAsync(run))).Message, StringComparison.Ordinal);
        File.Delete(data);
        await Assert.ThrowsAsync<InvalidInputException>(() => Verification.OfAsync(run));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_run_s_folder()
    {
        string run = await TrainAsync();
        string[] before = [.. Directory.EnumerateFiles(run).Order()];
        await Verification.OfAsync(run, fromBeginning: true);
        Assert.Equal(before, Directory.EnumerateFiles(run).Order());
    }

    /// <summary>As where somebody copied checkpoints together: steps that were computed from others' parameters would tell nothing of these.</summary>
    [Fact]
    public async Task A_checkpoint_of_other_data_is_no_beginning()
    {
        string data = _folder.File("data.csv"), others = _folder.File("others.csv");
        foreach ((string path, int period) in new[] { (data, 17), (others, 19) })
            File.WriteAllText(path, "a\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i => i % period)));
        string run = await TrainAsync(data);
        CheckpointFolder own = TrainedRun.Open(run).Folder.Checkpoints, foreign = TrainedRun.Open(await TrainAsync(others, "other")).Folder.Checkpoints;
        foreach (long step in own.Steps().Skip(1)) File.Delete(own.PathOf(step));
        long earlier = foreign.Steps()[^1];
        File.Copy(foreign.PathOf(earlier), own.PathOf(earlier));
        if (File.Exists(own.BestPath)) File.Delete(own.BestPath);

        var verified = (await Verification.OfAsync(run))!;
        Assert.InRange(earlier, 1, verified.To - 1);
        Assert.Equal((true, 0L), (verified.Agrees, verified.From));
    }

    private async Task<string> TrainAsync(string? data = null, string name = "run")
    {
        string folder = _folder.File(name);
        await new TrainingSession(
            new RunOverview(PreparedRun.Create("run",
            RunSpecification.ForDataFile(data, data is null ? Tiny : [.. Tiny, "data.targets=[\"a\"]", "model=[{\"lstm\":4},{\"dense\":1}]"])),
            new RunFolder(folder))
            {
                Offered = 2,
            }).TrainNewAsync();
        return folder;
    }
}
