using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class DatasetFileTests
{
    private static readonly DatasetFile Files = new([new ArrayDatasetFormat(), new RaggedDatasetFormat()]);

    /// <summary>Of every form that the library can be given, with any bits in its values.</summary>
    private static readonly Gen<ArrayDataset> Datasets = Gen.Select(Gen.Int[0, 6], Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[1, 3], Gen.Int)
        .Select((form, rows, steps, features, outputs, seed) =>
    {
        var random = new Random(seed);
        var inputs = new float[rows, steps, features];
        var tokens = new int[rows, steps];
        var sequence = new float[rows, steps, outputs];
        var single = new float[rows, outputs];
        var tags = new int[rows, steps];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(outputs))];
        for (int r = 0; r < rows; r++)
        {
            for (int t = 0; t < steps; t++)
            {
                (tokens[r, t], tags[r, t]) = (random.Next(300), random.Next(outputs));
                for (int f = 0; f < features; f++) inputs[r, t, f] = BitConverter.Int32BitsToSingle(random.Next());
                for (int o = 0; o < outputs; o++) sequence[r, t, o] = (float)random.NextDouble();
            }

            for (int o = 0; o < outputs; o++) single[r, o] = (float)random.NextDouble();
        }

        return form switch
        {
            0 => ArrayDataset.Create(inputs, single),
            1 => ArrayDataset.Create(inputs, sequence),
            2 => ArrayDataset.Create(inputs, labels, outputs),
            3 => ArrayDataset.Create(tokens, 300, labels, outputs),
            4 => ArrayDataset.Create(tokens, 300, tags, outputs),
            5 => ArrayDataset.CreateInputs(inputs, new TargetShape(outputs, true, false)),
            _ => ArrayDataset.CreateInputs(tokens, 300, new TargetShape(outputs, false, true)),
        };
    });

    [Fact]
    public void Every_row_is_read_again_to_the_bit() => Datasets.Sample(dataset => SameDataset.Assert(dataset, Read(Write(dataset))), iter: 300);

    [Fact]
    public void The_same_dataset_gives_the_same_bytes_even_when_it_was_read_from_a_file() => Datasets.Sample(dataset =>
    {
        byte[] bytes = Write(dataset);
        Assert.Equal(bytes, Write(dataset));
        Assert.Equal(bytes, Write(Read(bytes)));
    }, iter: 100);

    [Theory]
    [InlineData("lstm")]
    [InlineData("embedding")]
    public void Training_on_the_file_ends_with_the_same_state(string kind)
    {
        TrainingJob job = TestJobs.Create(kind, epochs: 2);
        Trainer expected = new(job), found = new(job with { Data = Read(Write(job.Data)), Validation = Read(Write(job.Validation!)) });
        expected.Run();
        found.Run();
        SameBits.Assert(expected.State.Parameters.Span, found.State.Parameters.Span);
    }

    [Fact]
    public void A_file_that_is_changed_anywhere_is_refused_or_read_but_breaks_nothing() =>
        Gen.Select(Datasets, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((dataset, at, value) =>
    {
        byte[] bytes = Write(dataset);
        bytes[at % bytes.Length] = value;
        try
        {
            SequenceDataset read = Read(bytes);
            read.Read([0], read.CreateBatch(1));
        }
        catch (InvalidInputException)
        {
        }
    }, iter: 3000);

    [Fact]
    public void What_no_dataset_holds_is_refused_with_its_reason()
    {
        NamedTensor inputs = NamedTensor.Of<float>("inputs", new float[12], 2, 3, 2), targets = NamedTensor.Of<float>("targets", new float[2], 2, 1, 1);
        KeyValuePair<string, string>[] good = [new("rnnactors.dataset", "array"), new("rnnactors.dataset.version", "1"), new("vocabulary", "0"),
            new("outputs", "1"), new("sequence", "0"), new("labelled", "0")];
        Assert.Equal(2, Read(Bytes([inputs, targets], good)).Rows);
        AssertRefused("holds no dataset", [inputs, targets], good[1..]);
        AssertRefused("kind 'other', version '1'", [inputs, targets], Changed(0, "other"));
        AssertRefused("kind 'array', version '2'", [inputs, targets], Changed(1, "2"));
        AssertRefused("'outputs' is '0'", [inputs, targets], Changed(3, "0"));
        AssertRefused("'labelled' is missing", [inputs, targets], good[..^1]);
        AssertRefused("no tensor 'inputs'", [targets], good);
        AssertRefused("no tensor 'tokens'", [inputs, targets], Changed(2, "5"));
        AssertRefused("another type or shape", [inputs, NamedTensor.Of<float>("targets", new float[3], 3, 1, 1)], good);
        AssertRefused("another type or shape", [inputs, NamedTensor.Of<int>("targets", new int[2], 2, 1, 1)], good);
        AssertRefused("no rows", [NamedTensor.Of<float>("inputs", Array.Empty<float>(), 0, 3, 2)], good);
        AssertRefused("outside the vocabulary of 5", [NamedTensor.Of<int>("tokens", new[] { 5 }, 1, 1)], Changed(2, "5"));

        KeyValuePair<string, string>[] Changed(int at, string value) => [.. good[..at], new(good[at].Key, value), .. good[(at + 1)..]];
    }

    [Fact]
    public void A_dataset_of_an_unknown_kind_is_not_written() =>
        Assert.Contains("TokenStreams", Assert.Throws<NotSupportedException>(() => Write(new TokenStreams(2, 6, 3, 7))).Message, StringComparison.Ordinal);

    private static void AssertRefused(string problem, NamedTensor[] tensors, KeyValuePair<string, string>[] metadata)
    {
        InvalidInputException refused = Assert.Throws<InvalidInputException>(() => Read(Bytes(tensors, metadata)));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.Equal("data.safetensors", refused.Where!.Path);
    }

    private static byte[] Bytes(NamedTensor[] tensors, KeyValuePair<string, string>[] metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, tensors, metadata);
        return stream.ToArray();
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

    /// <summary>The rows of unequal lengths that small trainings have, of all kinds of targets.</summary>
    [Theory]
    [InlineData("ragged")]
    [InlineData("ctc")]
    [InlineData("attention")]
    [InlineData("tied")]
    public void Rows_of_unequal_lengths_come_back_as_they_were(string kind)
    {
        var data = (RaggedDataset)TestJobs.Create(kind).Data;
        byte[] bytes = Bytes(data);
        var read = Assert.IsType<RaggedDataset>(Files.Read(new MemoryStream(bytes), "a"));
        Assert.Equal(bytes, Bytes(read));
        Assert.Equal(data.Inputs, read.Inputs);
        Assert.Equal(data.Target, read.Target);
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        Batch one = data.CreateBatch(data.Rows), other = read.CreateBatch(data.Rows);
        data.Read(rows, one);
        read.Read(rows, other);
        Assert.Equal(one.Labels.ToArray(), other.Labels.ToArray());
        for (int i = 0; i < data.Inputs.Count; i++)
        {
            Assert.Equal(one.AllInputs[i].Tokens.ToArray(), other.AllInputs[i].Tokens.ToArray());
            Assert.Equal(one.AllInputs[i].Values.ToArray(), other.AllInputs[i].Values.ToArray());
        }
    }

    /// <summary>Whatever a file says of rows that it does not have, it is refused in words.</summary>
    [Fact]
    public void A_damaged_file_of_unequal_rows_is_refused() =>
        Gen.Select(Gen.OneOf(Gen.Const("ragged"), Gen.Const("ctc"), Gen.Const("attention")), Gen.Int, Gen.Byte).Sample((kind, place, value) =>
    {
        byte[] bytes = Bytes(TestJobs.Create(kind).Data);
        bytes[(int)((uint)place % bytes.Length)] = value;
        try
        {
            var read = Files.Read(new MemoryStream(bytes), "a");
            read.Read([.. Enumerable.Range(0, read.Rows)], read.CreateBatch(read.Rows));
        }
        catch (InvalidInputException)
        {
            // Refused, as it should be, where it is not as good as it was.
        }
    }, iter: 2000);

    private static byte[] Bytes(SequenceDataset data)
    {
        using var stream = new MemoryStream();
        Files.Write(stream, data);
        return stream.ToArray();
    }
}
