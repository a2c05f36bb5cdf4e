using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Parquet;
using Parquet.Schema;
using RnnActors.Core.Checkpoints;
using RnnActors.Data.Examples;
using RnnActors.Data.NumPy;
using RnnActors.Data.Sound;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tests.Sound;
using RnnActors.Data.Text;
using RnnActors.Tests;
using Field = Apache.Arrow.Field;
using Table = RnnActors.Data.Tables.Table;

namespace RnnActors.Data.Tests.Files;

/// <summary>Every format of data that is read.</summary>
internal static class DataFormats
{
    private const string Csv = "date,x,shop\n2024-01-01,1.5,a\n2024-01-02,2,b\n2024-01-03,-3e2,\"c \"\"d\"\n2024-01-04,4,\n2024-01-05,5,a\n2024-01-06,6.25,b\n";

    /// <summary>Between the two files of a byte-level tokenizer.</summary>
    private const string Merges = "\n#merges\n";

    public static readonly IReadOnlyList<HostileFormat> All =
    [
        Of("csv", "data.csv", ReadTable,
            () => [Text(Csv), Text("Datum;Wert\n01.02.2024;1,5\n02.02.2024;2,25\n03.02.2024;1.000,5\n"), Text("a b c\n1 2 3\n4 5 6\n"),
            [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Csv)]]) with
            {
                PerByte = 16_000, // the library's memory for a line grows with the square of its fields
            },
        Of("csv-packed", "data.csv.gz", ReadTable, () => [Gzip(Text(Csv)), Zip("a.csv", Csv), Gzip(Parquet([1, 2, 3]))]),
        Of("parquet", "data.parquet", ReadTable,
            () => [Parquet([1.5, 2, double.NaN]), Parquet([.. Enumerable.Range(0, 500).Select(i => i / 3.0)]), ParquetOfAllKinds()]) with { Inputs = 20_000 },
        Of("arrow", "data.arrow", ReadTable, () => [ArrowFile()]) with { Inputs = 300, PerByte = 80_000 },
        Of("npy", "a.npy", path => NpyFile.Read(path),
            () => [Npy(NumPyArray.Of([1.0, 2, 3, 4], 2, 2)), Npy(NumPyArray.Of([1L, 2], 2)), Npy(NumPyArray.Of(["a", "bcd"]))]) with { Inputs = 400 },
        Of("npz", "a.npz", path => NpzFile.Read(path),
            () => [Npz(("a", NumPyArray.Of([1f, 2f, 3f], 3)), ("b", NumPyArray.Of([1L, 2], 1, 2)))]) with { Inputs = 400 },
        Of("numpy-table", "a.npy", ReadTable,
            () => [Npy(("a", NumPyArray.Of([1.5, 2], 2)), ("größe", NumPyArray.Of(["a", "bcd"]))), Npy(NumPyArray.Of([1.0, 2, 3, 4], 2, 2)),
            Npz(("a", NumPyArray.Of([1f, 2f, 3f], 3)), ("b", NumPyArray.Of(["x", "", "2024-01-01"])))]) with { Inputs = 400 },
        Of("tsv", "reviews.tsv", ReadExamples,
            () => [Text("text\tlabel\na good film\tpos\na bad film\tneg\n"), Text("a good film\tpos\n\na bad \"film\tneg\n")]),
        Of("json-lines", "reviews.jsonl", ReadExamples,
            () => [Text("{\"text\": \"a good film\", \"label\": 1}\n{\"text\": \"a \\ud83d\\ude00\", \"label\": {\"a\": [1, 2.5e3, null]}}\n")]),
        Of("ts", "x.ts", path => SeriesFile.ReadTs(path, path),
            () => [Text("@problemName x\n@classLabel true a b\n@data\n1,2,3:4,5,6:a\n1.5,?,3:4,NaN,6:b\n")]),
        Of("wav", "a.wav", path => WavFile.Read(path, path, 4000), () => [WavBytes.Of(1, 16, 2, 8000, [0.1f, 0.2f, -0.3f, 0.4f]),
            WavBytes.Of(3, 32, 1, 16000, [0.1f, 0.2f, -0.3f]), WavBytes.Of(1, 8, 1, 8000, [0.1f, 0.2f]), WavBytes.Of(1, 24, 1, 8000, [0.1f, 0.2f])]),
        Of("word-vectors", "glove.txt", path => WordVectors.Read(path, path, ["the", "of", "and"]),
            () => [Text("the 0.1 -0.2 3e-2\nof 1 2 3\nand 4 5 6\n"), Text("2 3\nthe 0.1 -0.2 3e-2\nof 1 2 3\n")]),
        Of("specification", "spec.json", path => RunSpecification.Load(path),
            () => [.. TaskKinds.All.Select(kind => Text(kind.Template))]) with { Inputs = 500 },
        Of("word-pieces", "vocab.txt", ReadTokenizer, () => [Text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##re\nend\n,\na\n")]),
        Of("sentence-pieces", "own.model", ReadTokenizer, () => [SentencePieces()]),
        Of("byte-pairs", "vocab.json", ReadBytePairs,
            () => [Text($$"""{"t": 0, "h": 1, "e": 2, "r": 3, "\u0120": 4, "th": 5, "the": 6}{{Merges}}#version: 0.2{{"\n"}}t h{{"\n"}}th e{{"\n"}}""")]),
        Of("calibration", CalibrationFile.FileName, ReadCalibration, () => [Calibration()]) with { Inputs = 500 },
        Of("text", "text.txt", path => TextFiles.Read(path, path, "utf-8"), () => [Text("Ein Text,\nzwei Zeilen. 😀\n")]),
    ];

    private static HostileFormat Of(string name, string file, Action<string> read, Func<IReadOnlyList<byte[]>> valid) => new(name, file, valid, read);

    private static void ReadCalibration(string path)
    {
        Rehashed.Write(path);
        SafetensorsFile file = CheckpointFile.Read(path).File;
        ForecastIntervals.Restore(file, outputs: 2);
        StepDependence.Restore(file, outputs: 2);
    }

    /// <summary>Of two outputs and a series.</summary>
    private static byte[] Calibration()
    {
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, 3,
        [
            Tensor<byte>("residuals.symmetric", 0), Tensor<long>("residuals.counts", 2, 3), Tensor("residuals", -1.5, 2, -3, 0.5, 4),
            Tensor<long>("corrections.0.8.counts", 1, 0), Tensor("corrections.0.8", 0.25), Tensor<long>("series.names.counts", 5),
            Tensor("series.names", "north"u8.ToArray()), NamedTensor.Of<double>("series.levels", new double[10], 1, 5, 2),
            NamedTensor.Of<int>("paths.ranks", new int[40], 20, 2),
        ], []);
        return stream.ToArray();
    }

    private static NamedTensor Tensor<T>(string name, params T[] values) where T : unmanaged => NamedTensor.Of<T>(name, values, values.Length);

    private static void ReadExamples(string path) => ExampleFile.Read(path, path, new ExampleFormat());

    private static void ReadTable(string path)
    {
        Table table = TableFile.Read(path, new CsvFormat());
        _ = table.Rows;
    }

    private static byte[] Npy(NumPyArray array)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, array);
        return stream.ToArray();
    }

    private static byte[] Npy(params (string, NumPyArray)[] columns)
    {
        using MemoryStream stream = new();
        NpyFile.Write(stream, columns);
        return stream.ToArray();
    }

    private static byte[] Npz(params (string, NumPyArray)[] arrays)
    {
        using MemoryStream stream = new();
        NpzFile.Write(stream, arrays);
        return stream.ToArray();
    }

    private static void ReadTokenizer(string path) => Use(TokenizerFile.Read(path), path);

    private static void ReadBytePairs(string path)
    {
        byte[] both = File.ReadAllBytes(path), mark = Text(Merges);
        int end = both.AsSpan().IndexOf(mark);
        Use(new TokenizerFile(TokenizerKind.ByteLevel, end < 0 ? [both, []] : [both[..end], both[(end + mark.Length)..]]), path);
    }

    private static void Use(TokenizerFile file, string path)
    {
        TokenizerVocabulary vocabulary = new(file, path);
        vocabulary.Decode(vocabulary.EncodeText("the there, the end 😀"));
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest)) stream.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zip(string name, string text)
    {
        using MemoryStream packed = new();
        using (ZipArchive archive = new(packed, ZipArchiveMode.Create))
        using (StreamWriter writer = new(archive.CreateEntry(name).Open())) writer.Write(text);
        return packed.ToArray();
    }

    private static byte[] Parquet(double[] values)
    {
        DataField<double> field = new("x");
        return ParquetAsync(1, [field], group => group.WriteAsync<double>(field, values.AsMemory())).GetAwaiter().GetResult();
    }

    /// <summary>Numbers, texts that a dictionary has, dates, missing values, in two groups of rows.</summary>
    private static byte[] ParquetOfAllKinds()
    {
        DataField<double?> number = new("number");
        DataField<bool?> truth = new("truth");
        DataField<string> text = new("text");
        DateTimeDataField time = new("time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros);
        return ParquetAsync(2, [number, truth, text, time], async group =>
        {
            await group.WriteAsync<double>(number, new double?[] { 1.5, null, 3, null });
            await group.WriteAsync<bool>(truth, new bool?[] { true, null, false, true });
            await group.WriteAsync(text, ["a", null!, "a", "b"]);
            await group.WriteAsync<DateTime>(time, Enumerable.Range(0, 4).Select(day => new DateTime(2024, 1, 1).AddDays(day)).ToArray());
        }).GetAwaiter().GetResult();
    }

    private static async Task<byte[]> ParquetAsync(int groups, DataField[] fields, Func<ParquetRowGroupWriter, Task> write)
    {
        using MemoryStream stream = new();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream))
        {
            for (int i = 0; i < groups; i++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await write(group);
            }
        }

        return stream.ToArray();
    }

    private static byte[] ArrowFile()
    {
        Schema schema = new([new Field("x", DoubleType.Default, true), new Field("s", StringType.Default, true)], null);
        using MemoryStream stream = new();
        using (ArrowFileWriter writer = new(stream, schema, leaveOpen: true))
        {
            IArrowArray[] columns = [new DoubleArray.Builder().Append(1.5).AppendNull().Append(3).Build(),
                new StringArray.Builder().Append("a").Append("b").AppendNull().Build()];
            writer.WriteRecordBatch(new RecordBatch(schema, columns, 3));
            writer.WriteEnd();
        }

        return stream.ToArray();
    }

    private static byte[] SentencePieces()
    {
        using var model = new MemoryStream();
        string[] pieces = ["<unk>", "<s>", "</s>", "▁t", "he", "▁the", "re", .. "▁there,ndTcaf".Distinct().Select(sign => sign.ToString())];
        for (int i = 0; i < pieces.Length; i++)
        {
            byte[] text = Text(pieces[i]);
            byte[] message = [0x0A, (byte)text.Length, .. text, 0x15, .. BitConverter.GetBytes((float)-i), 0x18, (byte)(i == 0 ? 2 : i < 3 ? 3 : 1)];
            model.Write([0x0A, (byte)message.Length, .. message]);
        }

        model.Write([0x12, 2, 0x18, 2, 0x1A, 0]);
        return model.ToArray();
    }
}
