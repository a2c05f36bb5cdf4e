using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers.Mlflow;
using RnnActors.Runs.Trained;
using RnnActors.Tests;

namespace RnnActors.Runs.Tests.Folders;

/// <summary>What lies in a run's folder.</summary>
internal static class RunFormats
{
    private static readonly Lazy<(byte[] Checkpoint, byte[] Story, byte[] Ledger)> Trained = new(() => TrainAsync().GetAwaiter().GetResult());

    public static readonly IReadOnlyList<HostileFormat> All =
    [
        new("run", "step-00000003.safetensors", () => [Trained.Value.Checkpoint], path =>
        {
            Rehashed.Write(path);
            TrainedRun.Open(path).HashOf();
        }) { Inputs = 400 },
        new("story", "story.json", () => [Trained.Value.Story], path => StoryFile.Read(path)) { Inputs = 100 },
        new("ledger", Ledger.FileName, () => [Trained.Value.Ledger], path => Ledger.Read(path)),
        new("losses", "losses.csv", () => ["epoch,step,training,validation\n1,10,0.5,0.6\n2,20,0.25,\n"u8.ToArray()],
            path => LossHistory.Read(path, 9).Plot("", "", 0)) { Inputs = 100 },
        new("data-prints", DataFingerprints.FileName,
            () => ["{\"Version\":2,\"DataHash\":\"a\",\"Files\":[{\"Path\":\"b.csv\",\"IsText\":true,\"Lines\":\"AAAAAA==\",\"Columns\":[1]}]}"u8.ToArray()],
            path => DataFingerprints.FindChange(
                new RunFolder(Path.GetDirectoryName(path)!), RunSpecification.ForDataFile(null, []), RunSpecification.ForDataFile(null, []), "a")),
        new("mlflow", MlflowFile.Name,
            () => ["{\"server\":\"s\",\"experiment\":\"e\",\"run_id\":\"r\",\"waiting\":[{\"key\":\"k\",\"value\":1.5,\"step\":6}]}"u8.ToArray()],
            path => MlflowFile.Read(path, "s", "e")),
    ];

    private static async Task<(byte[] Checkpoint, byte[] Story, byte[] Ledger)> TrainAsync()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.File("run"));
        string[] tiny = ["data.window=6", "training.epochs=1", "training.maxSteps=3", "model.0.lstm=4", "training.batch=64", "data.split.train=0.2"];
        await new TrainingSession(new RunOverview(PreparedRun.Create("run", RunSpecification.ForDataFile(null, tiny)), run) { Offered = 1 }).TrainNewAsync();
        return (File.ReadAllBytes(run.Checkpoints.PathOf(run.Checkpoints.Steps()[0])), File.ReadAllBytes(run.StoryPath), File.ReadAllBytes(run.LedgerPath));
    }
}
