using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Parquet;
using Parquet.Schema;
using RnnActors.Data.Examples;
using RnnActors.Data.Sound;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tests.Sound;
using RnnActors.Data.Text;
using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;
using Field = Apache.Arrow.Field;
using Table = RnnActors.Data.Tables.Table;

namespace RnnActors.Data.Tests.Files;

/// <summary>Every format that is read here, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileFilesTests(ITestOutputHelper log)
{
    private const string Csv = "date,x,shop\n2024-01-01,1.5,a\n2024-01-02,2,b\n2024-01-03,-3e2,\"c \"\"d\"\n2024-01-04,4,\n2024-01-05,5,a\n2024-01-06,6.25,b\n";

    [Fact]
    public void Tables_of_text() =>
        Check("data.csv", ReadTable, Text(Csv), Text("Datum;Wert\n01.02.2024;1,5\n02.02.2024;2,25\n03.02.2024;1.000,5\n"), Text("a b c\n1 2 3\n4 5 6\n"),
        Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Csv)).ToArray());

    [Fact]
    public void Archives() => Check("data.csv.gz", ReadTable, Gzip(Text(Csv)), Zip("a.csv", Csv), Gzip(Parquet([1, 2, 3])));

    [Fact]
    public void Parquet_files() => Check("data.parquet", ReadTable, Parquet([1.5, 2, double.NaN]), Parquet([.. Enumerable.Range(0, 500).Select(i => i / 3.0)]));

    [Fact]
    public void Arrow_files() => Check("data.arrow", ReadTable, [ArrowFile()], inputs: 300);

    [Fact]
    public void Tables_of_examples() => Check(
        "reviews.tsv", path => ExampleFile.Read(path, path, new ExampleFormat()), Text("text\tlabel\na good film\tpos\na bad film\tneg\n"),
            Text("a good film\tpos\n\na bad \"film\tneg\n"));

    [Fact]
    public void Json_lines() => Check(
        "reviews.jsonl", path => ExampleFile.Read(path, path, new ExampleFormat()),
        Text("{\"text\": \"a good film\", \"label\": 1}\n{\"text\": \"a \\ud83d\\ude00\", \"label\": {\"a\": [1, 2.5e3, null]}}\n"));

    [Fact]
    public void Labelled_series() => Check(
        "x.ts", path => SeriesFile.ReadTs(path, path), Text("@problemName x\n@classLabel true a b\n@data\n1,2,3:4,5,6:a\n1.5,?,3:4,NaN,6:b\n"));

    [Fact]
    public void Sounds() => Check(
        "a.wav", path => WavFile.Read(path, path, 4000), WavFileTests.Wav(1, 16, 2, 8000, [0.1f, 0.2f, -0.3f, 0.4f]),
            WavFileTests.Wav(3, 32, 1, 16000, [0.1f, 0.2f, -0.3f]),
        WavFileTests.Wav(1, 8, 1, 8000, [0.1f, 0.2f]), WavFileTests.Wav(1, 24, 1, 8000, [0.1f, 0.2f]));

    [Fact]
    public void Vectors_of_words() => Check(
        "glove.txt", path => WordVectors.Read(path, path, ["the", "of", "and"]), Text("the 0.1 -0.2 3e-2\nof 1 2 3\nand 4 5 6\n"),
            Text("2 3\nthe 0.1 -0.2 3e-2\nof 1 2 3\n"));

    [Fact]
    public void Specifications() => Check(
        "spec.json", path => RunSpecification.Load(path), [.. TaskKinds.All.Select(kind => Text(kind.Template))], inputs: 500);

    [Fact]
    public void Word_pieces() => Check("vocab.txt", ReadTokenizer, Text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##re\nend\n,\na\n"));

    [Fact]
    public void Sentence_pieces() => Check("own.model", ReadTokenizer, SentencePieces());

    [Fact]
    public void Texts() => Check("text.txt", path => TextFiles.Read(path, path, "utf-8"), Text("Ein Text,\nzwei Zeilen. 😀\n"));

    private void Check(string name, Action<string> read, params byte[][] valid) => HostileFiles.Check(log, name, valid, read);

    private void Check(string name, Action<string> read, byte[][] valid, int inputs) => HostileFiles.Check(log, name, valid, read, inputs, perByte: 80_000);

    private static void ReadTable(string path)
    {
        Table table = TableFile.Read(path, new CsvFormat());
        Assert.True(table.Rows >= 0);
    }

    private static void ReadTokenizer(string path)
    {
        TokenizerVocabulary vocabulary = new(TokenizerFile.Read(path), path);
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
        return WriteAsync().GetAwaiter().GetResult();

        async Task<byte[]> WriteAsync()
        {
            DataField<double> field = new("x");
            using MemoryStream stream = new();
            await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), stream))
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAsync<double>(field, values.AsMemory());
            }

            return stream.ToArray();
        }
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
