using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A run keeps what its forecasts' intervals are made of: it is what would be fitted again, to the bit.</summary>
public sealed class CalibrationTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "data.targets=[\"a\",\"b\"]", "data.series=[\"shop\"]", "data.window=6", "data.horizon=2", "data.normalize=none", "data.calendar=[]",
        "training.epochs=2", "training.batch=32", "training.shards=2", "model=[{\"lstm\":4},{\"dense\":\"targets\"}]",
        "data.split={\"train\":0.5,\"validation\":0.25,\"test\":0.25}",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Few validation rows give symmetric intervals; losses with quantiles and distributions correct those of their own.</summary>
    [Theory]
    [InlineData("mse", "")]
    [InlineData("mse", "data.split={\"train\":0.6,\"validation\":12,\"test\":0.2}")]
    [InlineData("mse", "data.split={\"train\":0.7,\"validation\":0.3,\"test\":0}")]
    [InlineData("{\"quantile\":[0.9,0.1,0.5]}", "")]
    [InlineData("gaussian", "training.earlyStopping={\"patience\":3}")]
    public async Task It_gives_the_bits_that_would_be_fitted(string loss, string change)
    {
        string run = await TrainAsync([$"training.loss={loss}", .. change.Length > 0 ? [change] : Array.Empty<string>()]);
        string some = Write("some.csv", 30, 70);
        (string Predicted, string Scored, string Given) kept = Answers(run, some);
        string file = Path.Combine(run, CalibrationFile.FileName);
        byte[] before = File.ReadAllBytes(file);
        File.Delete(file);
        Assert.Equal(kept, Answers(run, some));
        Assert.Contains("a_lower80", kept.Predicted, StringComparison.Ordinal);

        // Of a run that was at its end already it is found again.
        var finished = Resumption.Prepare(TrainedRun.Open(run), []);
        await new TrainingSession(finished).ResumeAsync();
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task The_training_data_are_not_asked()
    {
        string run = await TrainAsync(), some = Write("some.csv", 30, 70);
        string with = KindRuns.Bits(TrainedModel.Load(run).PredictFile(some));
        File.Delete(_folder.File("shops.csv"));
        Assert.Equal(with, KindRuns.Bits(TrainedModel.Load(run).PredictFile(some)));
        Assert.Equal(with, KindRuns.Bits(TrainedRun.Open(run).Predict(some)));
    }

    /// <summary>Files before, across and behind the end of the training data: where these need not be read, the answer is the same.</summary>
    [Theory]
    [InlineData(30, 70, false)]
    [InlineData(119, 130, false)]
    [InlineData(120, 124, true)]
    [InlineData(140, 160, true)]
    public async Task The_training_data_are_read_where_a_file_goes_on_from_them_alone(int first, int end, bool isRead)
    {
        string run = await TrainAsync(), some = Write("some.csv", first, end), file = Path.Combine(run, CalibrationFile.FileName);
        string expected = KindRuns.Bits(TrainedModel.Load(run).PredictFile(some));
        string[] notes = [.. TrainedModel.Load(run).PredictFile(some).Notes];
        Assert.Equal(isRead, notes.Any(note => note.Contains("goes on where the training data end", StringComparison.Ordinal)));
        byte[] kept = File.ReadAllBytes(file);
        File.Delete(file);
        Assert.Equal((expected, string.Join('|', notes)), (KindRuns.Bits(TrainedModel.Load(run).PredictFile(some)),
            string.Join('|', TrainedModel.Load(run).PredictFile(some).Notes)));
        File.WriteAllBytes(file, kept);
        File.WriteAllText(_folder.File("shops.csv"), "no table");
        if (isRead) Assert.Throws<InvalidInputException>(() => TrainedModel.Load(run).PredictFile(some));
        else Assert.Equal(expected, KindRuns.Bits(TrainedModel.Load(run).PredictFile(some)));
    }

    /// <summary>What is kept draws the paths that a fresh fit draws, and needs no training data; why it was not used is said.</summary>
    [Theory]
    [InlineData("gaussian")]
    [InlineData("{\"quantile\":[0.9,0.1,0.5]}")]
    public async Task Paths_are_drawn_from_it(string loss)
    {
        string run = await TrainAsync([$"training.loss={loss}"]), some = Write("some.csv", 30, 70), file = Path.Combine(run, CalibrationFile.FileName);
        (string Bits, string Notes) Paths()
        {
            PredictionTable table = TrainedRun.Open(run).Predict(some, paths: 7);
            return (KindRuns.Bits(table), string.Join('|', table.Notes));
        }

        (string Bits, string Notes) kept = Paths();
        Assert.DoesNotContain("path", kept.Notes, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(file);
        File.Delete(file);
        Assert.Equal((kept.Bits, "How the steps of a path go together was found again from the training data: the run keeps no calibration.safetensors"),
            Paths());
        string other = await TrainAsync([$"training.loss={loss}", "training.seed=2"], "other");
        File.Copy(Path.Combine(other, CalibrationFile.FileName), file);
        Assert.Equal(kept.Bits, Paths().Bits);
        Assert.EndsWith("data: calibration.safetensors is of other parameters", Paths().Notes, StringComparison.Ordinal);

        File.Delete(_folder.File("shops.csv"));
        (string Bits, string Notes) each = Paths();
        Assert.NotEqual(kept.Bits, each.Bits);
        Assert.StartsWith("The steps of a path are drawn one by one, since the training data cannot be read", each.Notes, StringComparison.Ordinal);
        File.WriteAllBytes(file, bytes);
        Assert.Equal(kept, Paths());
    }

    [Fact]
    public async Task Of_other_parameters_it_is_not_taken()
    {
        string run = await TrainAsync(), other = await TrainAsync(["training.seed=2"], "other"), some = Write("some.csv", 30, 70);
        string expected = KindRuns.Bits(TrainedModel.Load(other).PredictFile(some));
        File.Copy(Path.Combine(run, CalibrationFile.FileName), Path.Combine(other, CalibrationFile.FileName), overwrite: true);
        Assert.Equal(expected, KindRuns.Bits(TrainedModel.Load(other).PredictFile(some)));
    }

    [Fact]
    public async Task A_broken_one_is_refused_by_name()
    {
        string run = await TrainAsync(), some = Write("some.csv", 30, 70), file = Path.Combine(run, CalibrationFile.FileName);
        byte[] whole = File.ReadAllBytes(file);
        for (int i = 0; i < whole.Length; i += Math.Max(1, whole.Length / 60))
        {
            byte[] broken = [.. whole];
            broken[i] ^= 4;
            File.WriteAllBytes(file, broken);
            Refused();
        }

        File.WriteAllBytes(file, whole[..^9]);
        Refused();

        void Refused()
        {
            string message = Assert.Throws<InvalidInputException>(() => TrainedModel.Load(run).PredictFile(some)).Message;
            Assert.Contains($"{CalibrationFile.FileName}: the run's calibration cannot be used: ", message, StringComparison.Ordinal);
            Assert.Contains("Remove the file: what it holds is then found again from the run's data", message, StringComparison.Ordinal);
            Assert.Throws<InvalidInputException>(() => TrainedRun.Open(run).Evaluate());
        }
    }

    /// <summary>Files with right hashes whose tensors cannot be of any intervals, or are of a later version.</summary>
    [Theory]
    [InlineData("residuals", "are missing")]
    [InlineData("rising", "are not in rising order")]
    [InlineData("counts", "are not as many as is said")]
    [InlineData("levels", "hold a level that is not between 0 and 1")]
    [InlineData("ranks", "are no ranks")]
    [InlineData("version", "it has version 9, and this program reads 1")]
    public async Task One_that_says_what_cannot_be_is_refused(string what, string message)
    {
        string run = await TrainAsync(["training.loss=gaussian"]), some = Write("some.csv", 30, 70), file = Path.Combine(run, CalibrationFile.FileName);
        Checkpoint read = CheckpointFile.Read(file);
        Dictionary<string, string> metadata = new(read.Metadata);
        if (what == "version") metadata["calibration_version"] = "9";
        NamedTensor[] tensors =
        [
            .. read.File.Tensors.Where(tensor => what != "residuals" || tensor.Name != "residuals").Select(tensor => (what, tensor.Name) switch
            {
                ("rising", "residuals") => Changed<double>(tensor, values => values[0] = values[1] + 1),
                ("counts", "residuals.counts") => Changed<long>(tensor, values => values[0]++),
                ("ranks", "paths.ranks") => Changed<int>(tensor, values => values[0] = values.Length),
                ("levels", "series.levels") => Changed<double>(tensor, values => values[0] = 1.5),
                _ => tensor,
            }),
        ];
        using (FileStream stream = File.Create(file)) CheckpointFile.Write(stream, read.Step, tensors, metadata);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => TrainedModel.Load(run).PredictFile(some)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_finds_it_again_and_compares()
    {
        string run = await TrainAsync(), file = Path.Combine(run, CalibrationFile.FileName);
        Verification same = (await Verification.OfAsync(run))!;
        Assert.True(same.Agrees);
        Assert.Equal(new CalibrationCheck(file, true), same.Calibration);

        Checkpoint read = CheckpointFile.Read(file);
        NamedTensor[] tensors =
        [
            .. read.File.Tensors.Select(tensor => tensor.Name == "residuals"
                ? Changed<double>(tensor, values => values[0] = Math.BitDecrement(values[0])) : tensor),
        ];
        using (FileStream stream = File.Create(file)) CheckpointFile.Write(stream, read.Step, tensors, read.Metadata);
        Verification other = (await Verification.OfAsync(run))!;
        Assert.False(other.Agrees);
        Assert.Equal((0, false), (other.Differences.Count, other.Calibration!.Agrees));
    }

    private static NamedTensor Changed<T>(NamedTensor tensor, Action<T[]> change) where T : unmanaged
    {
        T[] values = tensor.Values<T>().ToArray();
        change(values);
        return NamedTensor.Of<T>(tensor.Name, values, [.. tensor.Shape]);
    }

    /// <summary>What is predicted from another file, and scored on the run's own rows and on those of the file.</summary>
    private static (string Predicted, string Scored, string Given) Answers(string run, string some)
    {
        TrainedRun opened = TrainedRun.Open(run);
        string predicted = KindRuns.Bits(TrainedModel.Load(run).PredictFile(some));
        Assert.Equal(predicted, KindRuns.Bits(opened.Predict(some)));
        return (predicted, Told(opened.Evaluate()), Told(opened.Evaluate(some)));
    }

    private static string Told(Score score) => string.Join('\n',
    [
        .. score.Metrics.Select(metric => $"{metric.Key} {BitConverter.DoubleToInt64Bits(metric.Value):x}"),
        .. score.Intervals.Select(interval => interval.ToString()),
        .. score.Predictions?.Invoke().ToCsv() ?? [],
    ]);

    private async Task<string> TrainAsync(string[]? changes = null, string name = "run")
    {
        string run = _folder.File(name);
        RunSpecification specification = RunSpecification.ForDataFile(Write("shops.csv", 0, 120), [.. Tiny, .. changes ?? []], "forecast");
        await new TrainingSession(new RunOverview(PreparedRun.Create(name, specification), new RunFolder(run)) { Offered = 1 }).TrainNewAsync();
        return run;
    }

    private string Write(string name, int first, int end) => _folder.Write(name, "shop,day,a,b\n" + string.Concat(
        new[] { "north", "south" }.SelectMany((shop, s) => Enumerable.Range(first, end - first).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{shop},{new DateTime(2024, 1, 1).AddDays(i):yyyy-MM-dd},{20 + (40 * s) + (5 * Math.Sin(i / 3.0)) + (i * 7 % 5)},{i * 11 % 13}\n")))));
}
