using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Sessions;

/// <summary>Single steps that are computed again, runs that are compared, and what is said of data and predictions that were changed.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_step_is_computed_again_to_the_bits_of_the_ledger()
    {
        string run = await TrainAsync("run");
        Ledger ledger = Ledger.Read(new RunFolder(run).LedgerPath);
        long last = ledger.Steps.Keys.Max();
        Assert.Equal(Enumerable.Range(1, (int)last).Select(step => (long)step), ledger.Steps.Keys.Order());
        long checkpoint = new RunFolder(run).Checkpoints.Steps()[1];
        foreach (long step in new[] { 1, checkpoint, checkpoint + 1, last })
        {
            Replay replay = (await Replay.OfAsync(run, step, workers: 2))!;
            Assert.True(replay.Agrees, $"step {step}: {replay.FirstStep}");
            Assert.Equal(replay.Then, replay.Again);
            Assert.Equal(step > checkpoint ? checkpoint : replay.From, replay.From);
            Assert.Equal(replay.HashThen ?? replay.HashAgain, replay.HashAgain);
        }
    }

    /// <summary>It costs no bit, and the hash is that of the checkpoint of the same step.</summary>
    [Fact]
    public async Task The_ledger_has_a_hash_of_the_parameters_after_so_many_steps()
    {
        string plain = await TrainAsync("plain"), hashed = await TrainAsync("hashed", changes: ["training.hashEverySteps=2"]);
        Ledger few = Ledger.Read(new RunFolder(plain).LedgerPath), many = Ledger.Read(new RunFolder(hashed).LedgerPath);
        long last = many.Steps.Keys.Max();
        Assert.All(Enumerable.Range(1, (int)last / 2), half => Assert.Contains(2L * half, many.Hashes.Keys));

        // A checkpoint that comes while another one is written is passed over, in either run; the last one never is.
        Assert.Contains(last, few.Hashes.Keys);
        Assert.All(few.Hashes.Where(hash => many.Hashes.ContainsKey(hash.Key)), hash => Assert.Equal(hash.Value, many.Hashes[hash.Key]));
        Assert.Contains(last, many.Hashes.Keys);
        Assert.True(few.Hashes.Count < last / 2);

        string path = new RunFolder(hashed).LedgerPath;
        Replay replay = (await Replay.OfAsync(hashed, 4))!;
        Assert.True(replay.Agrees && replay.HashThen == many.Hashes[4] && replay.HashAgain == many.Hashes[4]);
        File.WriteAllText(path, File.ReadAllText(path).Replace(many.Hashes[2], many.Hashes[4], StringComparison.Ordinal));
        Assert.Equal(new LedgerDifference(2, "parameters"), (await Replay.OfAsync(hashed, 4))!.FirstStep);
    }

    [Fact]
    public async Task A_step_that_the_ledger_has_otherwise_is_named_by_replay_and_by_verify()
    {
        string run = await TrainAsync("run");
        string path = new RunFolder(run).LedgerPath;
        string[] lines = File.ReadAllLines(path);
        LedgerStep changed = Ledger.Read(path).Steps[3];
        int line = Array.FindIndex(lines, text => text.StartsWith("{\"step\":3,\"epoch\"", StringComparison.Ordinal));
        lines[line] = lines[line].Replace($"\"norm\":{changed.Norm:R}", $"\"norm\":{Math.BitIncrement(changed.Norm):R}", StringComparison.Ordinal);
        File.WriteAllLines(path, lines);
        Replay replay = (await Replay.OfAsync(run, 4))!;
        Assert.Equal((false, new LedgerDifference(3, "norm")), (replay.Agrees, replay.FirstStep));
        var verified = (await Verification.OfAsync(run, fromBeginning: true))!;
        Assert.Equal((false, new LedgerDifference(3, "norm")), (verified.Agrees, verified.FirstStep));
    }

    [Fact]
    public async Task A_step_that_is_not_there_is_refused()
    {
        string run = await TrainAsync("run");
        Assert.Contains("the run's ledger has no step 999, but steps 1 to",
            (await Assert.ThrowsAsync<InvalidInputException>(() => Replay.OfAsync(run, 999))).Message, StringComparison.Ordinal);
        File.Delete(new RunFolder(run).LedgerPath);
        Assert.Contains("this run has no ledger. Verify it", (await Assert.ThrowsAsync<InvalidInputException>(() => Replay.OfAsync(run, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_checkpoint_of_step_0_has_nothing_to_verify()
    {
        TrainedRun run = TrainedRun.Open(await TrainAsync("run"));
        var start = TrainingState.Create(run.Model, run.Specification.Training, 0);
        string path = _folder.File("step-00000000.safetensors");
        using (FileStream file = File.Create(path))
            CheckpointFile.Write(file, 0, TrainingCheckpoint.Tensors(run.Model, run.Specification.Training, start),
                TrainingCheckpoint.Metadata(run.Model, run.Specification.Training, start, run.Identity));
        Assert.Contains("before which no step was computed", (await Assert.ThrowsAsync<InvalidInputException>(() => Verification.OfAsync(path))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predictions_are_made_again_and_a_changed_one_is_named_by_its_line()
    {
        string run = await TrainAsync("run");
        TrainedRun trained = TrainedRun.Open(run);
        string path = trained.Folder.PredictionsPath;
        Assert.Null((await Verification.OfAsync(run))!.Predictions);
        File.WriteAllLines(path, trained.Evaluate().Predictions!().ToCsv());
        PredictionCheck check = (await Verification.OfAsync(run))!.Predictions!;
        Assert.True(check.Agrees && check.Rows > 10);
        string[] lines = File.ReadAllLines(path);
        lines[7] += "1";
        File.WriteAllLines(path, lines);
        var verified = (await Verification.OfAsync(run))!;
        Assert.Equal((false, 8), (verified.Agrees, verified.Predictions!.FirstLine));

        // A row that was taken away from the end, or put there, is a change like any other.
        lines = [.. trained.Evaluate().Predictions!().ToCsv().SelectMany(line => line.Split('\n'))];
        foreach (string[] others in (string[][])[lines[..^1], [.. lines, lines[^1]]])
        {
            File.WriteAllLines(path, others);
            verified = (await Verification.OfAsync(run))!;
            Assert.Equal((false, Math.Min(lines.Length, others.Length) + 1), (verified.Agrees, verified.Predictions!.FirstLine));
        }
    }

    [Theory]
    [InlineData("a changed value", "data.csv:22: the data have changed since this run began: this row differs in column b.")]
    [InlineData("a row more", "data.csv:402: the data have changed since this run began: this row differs; it had 401 rows, and has 402.")]
    public async Task A_changed_row_of_the_data_is_named_with_its_column(string how, string message)
    {
        string data = _folder.File("data.csv");
        Write(99);
        string run = await TrainAsync("run", data);
        if (how == "a row more") File.AppendAllText(data, "\n5,6");
        else Write(20);
        Assert.Contains(message, (await Assert.ThrowsAsync<InvalidInputException>(() => Verification.OfAsync(run))).Message, StringComparison.Ordinal);

        void Write(int changed) => File.WriteAllText(
            data, "a,b\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i => $"{i % 17},{(i == 20 && changed == 20 ? 77 : i % 5)}")));
    }

    /// <summary>A field in quotes has what would else part fields and rows.</summary>
    [Theory]
    [InlineData(77, "first\nof \"\"two\"\", lines", "data.csv:42: the data have changed since this run began: this row differs in column b.")]
    [InlineData(77, "first\nof \"\"two\"\", other lines", "data.csv:42: the data have changed since this run began: this row differs in column a, note, b.")]
    public async Task A_changed_row_is_named_by_the_line_in_which_it_begins(int value, string note, string message)
    {
        string data = _folder.File("data.csv");
        Write(0, "first\nof \"\"two\"\", lines");
        string run = await TrainAsync("run", data);
        Write(value, note);
        Assert.Contains(message, (await Assert.ThrowsAsync<InvalidInputException>(() => Verification.OfAsync(run))).Message, StringComparison.Ordinal);

        void Write(int changed, string text) => File.WriteAllText(data, "\"a, note\",b,c\n" + string.Join('\n', Enumerable.Range(0, 400)
            .Select(i => i == 20 ? $"\"{text}\",{changed},1" : $"\"one\nline {i}\",{i % 5},{i % 3}")));
    }

    [Fact]
    public async Task Two_runs_are_compared_by_tensors_keys_and_steps()
    {
        string a = await TrainAsync("a"), same = await TrainAsync("same"), other = await TrainAsync("other", changes: ["training.seed=2"]);
        RunComparison equal = RunComparison.Of(a, same), different = RunComparison.Of(a, other);
        Assert.True(equal.Agrees);
        Assert.Equal((null, true), (equal.SinceStep, equal.SameData));
        Assert.True(equal.StepsInBoth > 10);
        Assert.Empty(equal.Keys);
        Assert.Equal(different.Compared, different.Tensors.Count);
        Assert.Equal("training.seed", Assert.Single(different.Keys).Path);
        Assert.Equal(new LedgerDifference(1, "rows"), different.SinceStep);
        Assert.All(different.Tensors, tensor => Assert.InRange(tensor.LargestRelative, 1e-9, 2.0001));

        CheckpointFolder folder = new RunFolder(a).Checkpoints;
        Assert.False(RunComparison.Of(folder.PathOf(folder.Steps()[0]), folder.PathOf(folder.Steps()[1])).Agrees);
        string plain = _folder.File("plain.safetensors");
        using (FileStream file = File.Create(plain)) SafetensorsFile.Write(file, [NamedTensor.Of<float>("w", new float[] { 1 }, 1)], []);
        RunComparison mixed = RunComparison.Of(plain, a);
        Assert.Equal("only the first has it", mixed.Tensors[0].Reason);
        Assert.Null(mixed.SameData);
    }

    private async Task<string> TrainAsync(string name, string? data = null, string[]? changes = null)
    {
        string folder = _folder.File(name);
        string[] tiny = ["data.window=6", "training.epochs=3", "model.0.lstm=4", "training.batch=64", "data.split.train=0.2", "checkpoint.everySteps=5",
            "checkpoint.keep=3"];
        string[] own = data is null ? [] : ["data.targets=[\"b\"]", "model=[{\"lstm\":4},{\"dense\":1}]"];
        PreparedRun prepared = PreparedRun.Create("run", RunSpecification.ForDataFile(data, [.. tiny, .. own, .. changes ?? []]));
        RunReport? report = await new TrainingSession(new RunOverview(prepared, new RunFolder(folder)) { Offered = 2 }).TrainNewAsync();
        Assert.NotNull(report);
        return folder;
    }
}
