using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trained;
using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Runs.Tests.Folders;

/// <summary>What lies in a run's folder, damaged: it is read, passed over or refused. <see cref="HostileFiles"/>.</summary>
public sealed class HostileRunTests(ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Whoever changes a checkpoint may make its hashes anew.</summary>
    [Fact]
    public async Task Checkpoints_whose_hashes_are_right()
    {
        RunFolder run = await TrainAsync();
        byte[] whole = File.ReadAllBytes(run.Checkpoints.PathOf(run.Checkpoints.Steps()[0]));
        HostileFiles.Check(log, "step-00000003.safetensors", [whole], path =>
        {
            HostileFiles.Rehash(path);
            TrainedRun.Open(path).HashOf();
        }, inputs: 400);
    }

    [Fact]
    public async Task Stories()
    {
        RunFolder run = await TrainAsync();
        HostileFiles.Check(log, "story.json", [File.ReadAllBytes(run.StoryPath)], path => StoryFile.Read(path), inputs: 100);
    }

    [Fact]
    public void Losses() => HostileFiles.Check(
        log, "losses.csv", ["epoch,step,training,validation\n1,10,0.5,0.6\n2,20,0.25,\n"u8.ToArray()], path => LossHistory.Read(path, 9).Plot("", "", 0),
        inputs: 100);

    private async Task<RunFolder> TrainAsync()
    {
        string folder = _folder.File("run");
        string[] tiny = ["data.window=6", "training.epochs=1", "training.maxSteps=3", "model.0.lstm=4", "training.batch=64", "data.split.train=0.2"];
        await new TrainingSession(new RunOverview(PreparedRun.Create("run", RunSpecification.ForDataFile(null, tiny)), new RunFolder(folder)) { Offered = 1 })
            .TrainNewAsync();
        return new RunFolder(folder);
    }
}
