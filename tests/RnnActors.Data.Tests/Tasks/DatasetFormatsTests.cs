using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Tests.Tasks.Forecasting;
using RnnActors.Data.Tests.Tasks.Forecasting.Windows;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Tasks;

public class DatasetFormatsTests
{
    private static readonly DatasetFile Files = new(TaskKinds.DatasetFormats);

    private static readonly Gen<TokenStreamDataset> Streams = Gen
        .Select(
            Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 80],
            Gen.OneOf(Gen.Const(2), Gen.Const(256), Gen.Const(257), Gen.Const(65_536), Gen.Const(65_537)), Gen.Int)
        .Select((steps, streams, more, vocabulary, seed) =>
        {
            var random = new Random(seed);
            int[] text = [.. Enumerable.Range(0, (steps * streams) + more).Select(i => i == 0 ? vocabulary - 1 : random.Next(vocabulary))];
            return new TokenStreamDataset(text.AsMemory(0, text.Length), vocabulary, steps, streams);
        });

    private static readonly Gen<ForecastTask> Forecasts = Gen.Int[1, 4].SelectMany(columns => Gen.Select(
        Gen.Const(columns), Gen.Int[1, columns], Gen.Int[1, 9], Gen.Int[1, 6], Gen.Int[1, 12], Gen.Enum<TargetBase>(), Gen.Enum<Scaling>(), Gen.Double[-1, 1]
            .Array[7]))
        .Select((columns, targets, window, horizon, season, relativeTo, scale, noise) => ForecastTask.Prepare(WindowDatasetTests.Spec(columns, targets) with
        {
            Window = window,
            Horizon = horizon,
            Season = season,
            RelativeTo = relativeTo,
            Scale = scale,
            Split = new(40, 20, 20),
        }, TestTables.Of(80, columns, noise)));

    [Fact]
    public void Every_chunk_of_a_text_is_read_again() => Streams.Sample(dataset => SameDataset.Assert(dataset, Read(Write(dataset))), iter: 200);

    [Fact]
    public void Every_window_of_every_part_is_read_again_to_the_bit() => Forecasts.Sample(task =>
    {
        foreach (WindowDataset part in new[] { task.Train, task.Validation!, task.Test!, task.Next }) SameDataset.Assert(part, Read(Write(part)));
    }, iter: 150);

    [Fact]
    public void The_same_data_gives_the_same_bytes_even_when_it_was_read_from_a_file() => Gen.Select(Streams, Forecasts).Sample((streams, forecast) =>
    {
        foreach (SequenceDataset dataset in new SequenceDataset[] { streams, forecast.Train, forecast.Validation! })
        {
            byte[] bytes = Write(dataset);
            Assert.Equal(bytes, Write(dataset));
            Assert.Equal(bytes, Write(Read(bytes)));
        }
    }, iter: 50);

    [Fact]
    public void A_text_takes_a_byte_a_character_and_a_series_its_rows_once()
    {
        TokenStreamDataset text = new(new int[100_001], 256, 50, 4);
        Assert.InRange(Write(text).Length, 100_001, 100_001 + 1024);
        ForecastTask task =
            ForecastTask.Prepare(WindowDatasetTests.Spec(1, 1) with { Window = 24, Horizon = 12, Split = new(8000, 1000, 1000) }, TestTables.Of(10_000, 1));
        Assert.InRange(Write(task.Train).Length, 8000 * 12, (8000 * 12) + 4096);
        Assert.InRange(Write(task.Validation!).Length, 1024 * 12, (1024 * 12) + 4096);
    }

    [Fact]
    public void Training_on_the_file_ends_with_the_same_parameters()
    {
        ForecastTask task =
            ForecastTask.Prepare(WindowDatasetTests.Spec(2, 1) with { Window = 6, Horizon = 2, Scale = Scaling.Standard, Split = new(40, 20, 20) },
            TestTables.Of(80, 2));
        AssertSameRun(task.Train, task.Validation!, new MeanSquaredError(), new Lstm(4), new Dense(2));
        var random = new Random(3);
        TokenStreamDataset text = new(Enumerable.Range(0, 200).Select(_ => random.Next(9)).ToArray(), 9, 5, 4);
        AssertSameRun(text, text, new SoftmaxCrossEntropy(), new Embedding(3), new Lstm(4, returnSequences: true), new Dense(9));
    }

    [Fact]
    public void A_file_that_is_changed_anywhere_is_refused_or_read_but_breaks_nothing() =>
        Gen.Select(Streams, Forecasts, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((streams, forecast, at, value) =>
    {
        foreach (SequenceDataset dataset in new SequenceDataset[] { streams, forecast.Validation! })
        {
            byte[] bytes = Write(dataset);
            bytes[at % bytes.Length] = value;
            try
            {
                SequenceDataset read = Read(bytes);
                read.Read([0, read.Rows - 1], read.CreateBatch(2));
            }
            catch (InvalidInputException)
            {
            }
        }
    }, iter: 1000);

    [Fact]
    public void Numbers_that_the_tensors_do_not_bear_out_are_refused()
    {
        NamedTensor tokens = NamedTensor.Of<byte>("tokens", new byte[11], 11);
        AssertRefused("do not fill 3 streams of 5 steps", "tokens", [tokens], ("vocabulary", "5"), ("steps", "5"), ("streams", "3"));
        AssertRefused("another type or shape", "tokens", [tokens], ("vocabulary", "300"), ("steps", "5"), ("streams", "2"));
        AssertRefused("outside the vocabulary", "tokens", [NamedTensor.Of<byte>("tokens", new byte[] { 0, 1, 2 }, 3)], ("vocabulary", "2"), ("steps", "1"),
            ("streams", "1"));
        ForecastTask task = ForecastTask.Prepare(WindowDatasetTests.Spec(1, 1) with { Window = 5, Horizon = 2 }, TestTables.Of(80, 1));
        NamedTensor[] tensors =
        [
            NamedTensor.Of<double>("targets", new double[8], 8, 1), NamedTensor.Of<float>("inputs", new float[8], 8, 1),
            NamedTensor.Of<int>("series", new[] { 0, 8, 8 }, 1, 3), NamedTensor.Of<int>("ranges", new[] { 0, 5, 2 }, 1, 3),
        ];
        (string, string)[] metadata = [("preparation", task.Preparation), ("names", "[\"\"]")];
        AssertRefused("8 rows do not hold 5 windows", "windows", With(tensors, NamedTensor.Of<int>("ranges", new[] { 0, 5, 5 }, 1, 3)), metadata);
        AssertRefused("there is no window", "windows", With(tensors, NamedTensor.Of<int>("ranges", Array.Empty<int>(), 0, 3)), metadata);
        AssertRefused("there is no tensor 'ranges'", "windows", tensors[..3], metadata);
        AssertRefused("'preparation' is missing", "windows", tensors, metadata[1]);
        AssertRefused("cannot be read", "windows", tensors, ("preparation", "{}"), metadata[1]);
        AssertRefused("is too long", "windows", tensors,
            ("preparation", task.Preparation.Replace("\"horizon\":2", "\"horizon\":2000000000", StringComparison.Ordinal)), metadata[1]);
        AssertRefused("another type or shape", "windows", With(tensors, NamedTensor.Of<float>("inputs", new float[8], 4, 2)), metadata);
    }

    private static IEnumerable<NamedTensor> With(IEnumerable<NamedTensor> tensors, NamedTensor other) =>
        tensors.Select(tensor => tensor.Name == other.Name ? other : tensor);

    private static void AssertRefused(string problem, string kind, IEnumerable<NamedTensor> tensors, params (string Key, string Value)[] metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(
            stream, tensors,
                [new("rnnactors.dataset", kind), new("rnnactors.dataset.version", "1"),
                .. metadata.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value))]);
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => Read(stream.ToArray())).Message, StringComparison.Ordinal);
    }

    private static void AssertSameRun(SequenceDataset train, SequenceDataset validation, Objective loss, params LayerSpec[] layers)
    {
        TrainingSpec training = new() { Loss = loss, Optimizer = new Adam(0.01), Batch = 4, Shards = 2, Epochs = 2 };
        TrainingJob job = new(new Model(new ModelSpec(layers), train.Input), training, train, validation);
        Trainer expected = new(job), found = new(job with { Data = Read(Write(train)), Validation = Read(Write(validation)) });
        expected.Run();
        found.Run();
        Assert.True(expected.State.Parameters.Span.SequenceEqual(found.State.Parameters.Span));
        Assert.Equal(expected.State.Progress, found.State.Progress);
    }

    private static byte[] Write(SequenceDataset dataset)
    {
        using MemoryStream stream = new();
        Files.Write(stream, dataset);
        return stream.ToArray();
    }

    private static SequenceDataset Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return Files.Read(stream, "data.safetensors");
    }
}
