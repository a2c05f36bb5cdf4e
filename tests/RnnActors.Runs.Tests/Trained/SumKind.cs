using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using RnnActors.Core.Metrics;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>Lines of numbers, of which each has a sum.</summary>
internal sealed record SumData : DataSpec
{
    public string Path { get; init; } = "";

    /// <summary>A factor of every number.</summary>
    public double Scale { get; init; } = 1;

    public SplitSpec Split { get; init; } = new(0.6, 0.2, 0.2);

    [JsonIgnore]
    public override string File => Path;

    [JsonIgnore]
    public override bool HasValidation => Split.Validation > 0;

    public override DataSpec WithPaths(Func<string, string> map) => this with { Path = map(Path) };
}

/// <summary>A kind of task that the program does not have: add up the numbers of a line. All that is said of it stands in this file.</summary>
internal class SumKind : TaskKind<SumData>
{
    public override string Name => "sum";

    public override string Noun => "an adding machine";

    public override string Purpose => "adds up numbers";

    public override string FileNoun => "a list of lines";

    public override string Template => """
        {
          "task": "sum", // adds up
          "data": { "path": "lines.sums" },
          "model": [{ "gru": 4 }, { "dense": "targets" }],
          "training": { "loss": "mae", "optimizer": { "adam": { "learningRate": 0.01 } }, "batch": 16, "epochs": 2, "earlyStopping": {} }
        }
        """;

    public override IReadOnlyList<DataOption> Options { get; } = [new("--scale", "scale", "A factor of every number.", "N", DataOptionType.Count)];

    public override Format<ModelSpec> Model => ModelFormat.Forecast;

    public override string OutputsName => "targets";

    public override Shape ExampleInput => new(1);

    public override bool PredictsLabels => false;

    public override bool PredictsEveryStep => false;

    public override IReadOnlyList<string> Losses { get; } = ["mae"];

    public override IReadOnlyList<MetricColumn> Metrics { get; } = [new("mae", "MAE"), new("agreement", "Agreement", IsHigherBetter: true)];

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "add up other lines")];

    protected override ObjectFormat<SumData> Data { get; } = new ObjectFormat<SumData>("an object that describes lines of numbers", new())
        .Required("path", "The file.", new TextFormat { NotEmpty = true }, data => data.Path, (data, value) => data with { Path = value })
        .Key("scale", "A factor of every number.", Numbers.Positive(), data => data.Scale, (data, value) => data with { Scale = value });

    public override FileMatch Match(string? path, IReadOnlySet<string> keys) => Path.GetExtension(path) == ".sums" ? FileMatch.Certain : FileMatch.None;

    public override DataFileSummary Summarize(string path) => new($"{path}: {SumTask.Read(path, 1).GetLength(0)} lines", null, []);

    protected override SumData Complete(SumData data, string? path, IReadOnlySet<string> given) => data with { Path = path! };

    protected override PreparedTask Prepare(SumData data, string baseDirectory, TrainingSpec training) =>
        new SumTask(data, Path.Combine(baseDirectory, data.Path));

    protected override FittedTask Restore(string preparation, SumData data, string name) =>
        new FittedSum(double.Parse(preparation, CultureInfo.InvariantCulture));
}

internal sealed class SumTask : PreparedTask
{
    private readonly SumData _data;

    public SumTask(SumData data, string path)
    {
        _data = data;
        float[,,] lines = Read(path, data.Scale);
        var split = RowSplit.Resolve(data.Split, lines.GetLength(0), "lines");
        (Train, Validation, Test) = (Of(lines, split.Train), Of(lines, split.Validation), Of(lines, split.Test));
        DataHash = Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref lines[0, 0, 0], lines.Length))));
    }

    public override SequenceDataset Train { get; }

    public override SequenceDataset Validation { get; }

    public override SequenceDataset Test { get; }

    public override string DataHash { get; }

    public override string Preparation => _data.Scale.ToString(CultureInfo.InvariantCulture);

    public override string Describe(string? path) => $"{path}: {Train.Rows} lines to add up";

    public static float[,,] Read(string path, double scale)
    {
        float[][] lines = [.. File.ReadLines(path).Select(
            line => line.Split(' ').Select(number => (float)(scale * double.Parse(number, CultureInfo.InvariantCulture))).ToArray())];
        if (Array.FindIndex(lines, line => line.Length != lines[0].Length) is var ragged and >= 0)
            throw new InvalidInputException(
                "this line has another number of numbers than the first", "Give lines of equal length", new SourceLocation(path, ragged + 1));
        float[,,] values = new float[lines.Length, lines[0].Length, 1];
        for (int row = 0; row < lines.Length; row++)
            for (int t = 0; t < lines[row].Length; t++) values[row, t, 0] = lines[row][t];
        return values;
    }

    public static ArrayDataset Of(float[,,] lines, RowRange rows)
    {
        int steps = lines.GetLength(1);
        float[,,] inputs = new float[rows.Count, steps, 1];
        float[,] sums = new float[rows.Count, 1];
        for (int row = 0; row < rows.Count; row++)
        {
            for (int t = 0; t < steps; t++) sums[row, 0] += inputs[row, t, 0] = lines[rows.Start + row, t, 0];
        }

        return ArrayDataset.Create(inputs, sums);
    }

    /// <summary>Beside the baseline that says 0 whatever it reads.</summary>
    public static Score ScoreOf(TrainedNetwork network, SequenceDataset part, string name)
    {
        var batch = part.CreateBatch(part.Rows);
        part.Read([.. Enumerable.Range(0, part.Rows)], batch);
        float[] sums = [.. batch.Targets];
        return new Score($"{part.Rows} {name} lines", network.Name, Metrics(network.Outputs(part), sums), new SumKind().Metrics)
        {
            Baselines = [new("zero", "always zero", Metrics(new float[sums.Length], sums))],
            DecidingMetric = "agreement",
            Advice = "Try to count.",
        };
    }

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) => ScoreOf(network, part, name);

    private static MetricList Metrics(float[] answers, float[] sums)
    {
        double error = answers.Zip(sums, (answer, sum) => Math.Abs((double)answer - sum)).Average();
        return new(new("mae", error), new("agreement", -error));
    }
}

internal sealed class FittedSum(double scale) : FittedTask, IAnswers<double>
{
    public override Shape Input => new(1);

    public override int Outputs => 1;

    public override Score Measure(TrainedNetwork network, string path) => SumTask.ScoreOf(network, Lines(path), "given");

    public IReadOnlyList<double> Answer(TrainedNetwork network, PredictionRequest request) =>
        [.. network.Outputs(Lines(request.Path!)).Select(sum => (double)sum / scale)];

    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        IReadOnlyList<double> sums = Answer(network, request);
        return new PredictionTable([new("line", [.. sums.Select((_, i) => $"{i + 1}")]), new("sum", sums)]);
    }

    private ArrayDataset Lines(string path)
    {
        float[,,] lines = SumTask.Read(path, scale);
        return SumTask.Of(lines, new RowRange(0, lines.GetLength(0)));
    }
}
