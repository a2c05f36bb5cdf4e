using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using CsCheck;
using Parquet;
using Parquet.Schema;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tables;
using RnnActors.Data.Text;
using Xunit;
using static RnnActors.Data.Tests.Tables.TableCase;
using Field = Apache.Arrow.Field;
using Table = RnnActors.Data.Tables.Table;

namespace RnnActors.Data.Tests.Tables;

public sealed class TableFileTests : IDisposable
{
    private const string Csv = "date,x\n2024-01-01,1.5\n2024-01-02,2\n";
    private static readonly DateTime Start = new(2024, 3, 30, 22, 0, 0, DateTimeKind.Utc);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_archive_is_read_as_what_it_holds()
    {
        foreach (byte[] bytes in new[] { Encoding.UTF8.GetBytes(Csv), Gzip(Encoding.UTF8.GetBytes(Csv)), Zip(("a/data.csv", Csv)) })
        {
            Table table = Read(bytes);
            Assert.Equal([1.5, 2], table.Numbers("x").Values);
            Assert.Equal(Archive.IsZip(bytes), table.Notes.Contains("The archive holds 'a/data.csv', which is read."));
        }

        byte[] members = [.. Gzip(Encoding.UTF8.GetBytes(Csv[..15])), .. Gzip(Encoding.UTF8.GetBytes(Csv[15..]))];
        Assert.Equal([1.5, 2], Read(members).Numbers("x").Values);
        Assert.Equal([1.5, 2], Read(Gzip(Parquet([1.5, 2]))).Numbers("x").Values);
    }

    [Fact]
    public void Archives_without_one_file_are_refused()
    {
        Assert.Equal(
            "f: The archive holds 2 files: a.csv, b.csv. Unpack it, and give one of its files.",
            Refused(() => Read(Zip(("a.csv", Csv), ("b.csv", Csv)))));
        Assert.StartsWith("f: This is an Excel workbook", Refused(() => Read(Zip(("[Content_Types].xml", ""), ("xl/workbook.xml", "")))));
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_is_refused()
    {
        byte[] packed = Gzip(Encoding.UTF8.GetBytes(Csv));
        for (int length = 2; length < packed.Length; length++)
            Assert.StartsWith("f: The archive cannot be read", Refused(() => Read(packed[..length])));
    }

    [Fact]
    public void Numbers_survive_being_written_as_parquet_and_as_arrow() => Gen.Double.Where(double.IsFinite).Array[1, 50].Sample(
        values =>
        {
            Assert.Equal(values, Read(Parquet(values)).Find("x").Values);
            Assert.Equal(values, Read(Arrow(new Field("x", DoubleType.Default, true), new DoubleArray.Builder().AppendRange(values).Build())).Find("x").Values);
        },
        iter: 30);

    [Fact]
    public void Parquet_has_columns_of_all_kinds()
    {
        DataField<double?> number = new("number");
        DataField<long> whole = new("whole");
        DataField<bool?> truth = new("truth");
        DataField<string> text = new("text");
        DateTimeDataField utc = new("utc", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros);
        DateTimeDataField local = new("local", DateTimeFormat.Timestamp, isAdjustedToUTC: false, unit: DateTimeTimeUnit.Micros);
        byte[] bytes = Written(new(number, whole, truth, text, utc, local), async group =>
        {
            await group.WriteAsync<double>(number, new double?[] { 1.5, null, double.NaN });
            await group.WriteAsync<long>(whole, new long[] { 7, 9, 5 });
            await group.WriteAsync<bool>(truth, new bool?[] { true, null, false });
            await group.WriteAsync(text, ["a", null!, "b"]);
            await group.WriteAsync<DateTime>(utc, new[] { Start, Start.AddHours(1), Start.AddHours(2) });
            await group.WriteAsync<DateTime>(local, new[] { Start, Start.AddHours(1), Start.AddHours(2) });
        });
        Table table = Read(bytes);
        Assert.Equal([1.5, double.NaN, double.NaN], table.Numbers("number").Values);
        Assert.Equal([7.0, 9, 5], table.Numbers("whole").Values);
        Assert.Equal([1, double.NaN, 0], table.Numbers("truth").Values);
        Assert.Equal(["a", null, "b"], table.Find("text").Texts!);
        Assert.Equal("text: 'a' in row 1", table.Find("text").LeftOut);
        Assert.StartsWith("f, row 1: 'a' in column 'text' is not a finite number", Refused(() => table.Numbers("text")));
        Assert.Equal(("utc", true), (table.Times!.Name, table.Times.IsGuess));
        Assert.Equal(TimeSpan.Zero, table.Times.Offsets![2]);
        Assert.Equal("2024-03-31 00:00:00Z", table.Times.Format(table.Times.Local[2], TimeSpan.Zero));
        Assert.Null(Read(bytes, new() { Time = "local" }).Times!.Offsets);
        Assert.Equal(("dates", ColumnKind.Dates), (table.Find("local").LeftOut, table.Find("local").Kind));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(CompressionCodecType.Lz4Frame)]
    [InlineData(CompressionCodecType.Zstd)]
    public void Arrow_has_times_with_zones_that_change(CompressionCodecType? codec)
    {
        TimestampType type = new(TimeUnit.Millisecond, "Europe/Berlin");
        TimestampArray.Builder times = new(type);
        for (int hour = 0; hour < 4; hour++) times.Append(new DateTimeOffset(Start.AddHours(hour)));
        StringArray texts = new StringArray.Builder().Append("1").Append("2").AppendNull().Append("4").Build();
        byte[] bytes = Arrow(codec, [new("t", type, true), new("s", StringType.Default, true)], times.Build(), texts);
        Table table = Read(bytes);
        Assert.Equal([1, 2, double.NaN, 4], table.Numbers("s").Values);
        Assert.Equal([1, 1, 1, 2], table.Times!.Offsets!.Select((offset, row) => (int)offset.TotalHours).ToArray());
        Assert.Equal("2024-03-31 03:00:00+02:00", table.Times.Format(table.Times.Local[3], table.Times.Offsets![3]));
    }

    [Fact]
    public void Arrow_categories_are_their_values_and_lists_are_left_out()
    {
        DictionaryType categories = new(Int8Type.Default, StringType.Default, false);
        DictionaryArray array = new(
            categories, new Int8Array.Builder().Append(1).AppendNull().Append(0).Build(), new StringArray.Builder().Append("no").Append("yes").Build());
        ListArray.Builder lists = new(Int32Type.Default);
        for (int row = 0; row < 3; row++) lists.Append();
        Table table = Read(Arrow(null, [new("c", categories, true), new("l", new ListType(Int32Type.Default), true)], array, lists.Build()));
        Assert.Equal([1, double.NaN, 0], table.Numbers("c").Values);
        Assert.Equal("values of the type list", table.Find("l").LeftOut);
        Assert.Contains("Column 'l' holds values of the type list, which are no numbers", Refused(() => table.Numbers("l")));
    }

    /// <summary>A buffer that announced 2 GB was allocated as it said, in memory that the garbage collector does not count.</summary>
    [Theory]
    [InlineData(CompressionCodecType.Lz4Frame)]
    [InlineData(CompressionCodecType.Zstd)]
    public void Arrow_buffers_are_as_long_as_the_file_allows(CompressionCodecType codec)
    {
        const int Rows = 1000;
        byte[] bytes = Arrow(codec, [new("x", DoubleType.Default, true)], new DoubleArray.Builder().AppendRange(Enumerable.Repeat(1.0, Rows)).Build());
        Assert.Equal(Rows, Read(bytes).Rows);
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes((long)Rows * sizeof(double)));
        BitConverter.TryWriteBytes(bytes.AsSpan(at), 0x7000_0000L);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("its buffers announce more bytes than they can have", Refused(() => Read(bytes)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Damaged_files_are_refused_and_never_crash()
    {
        byte[][] whole = [Parquet([1, 2, 3]), Arrow(new Field("x", DoubleType.Default, true), new DoubleArray.Builder().AppendRange([1, 2, 3]).Build()),
            Gzip(Encoding.UTF8.GetBytes(Csv)), Zip(("a.csv", Csv))];
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[4, 2000], Gen.Byte, Gen.Bool).Sample(
            (kind, at, value, cut) =>
            {
                byte[] bytes = [.. whole[kind]];
                at %= bytes.Length;
                if (cut) bytes = bytes[..at];
                else bytes[at] = value;
                try
                {
                    _ = Read(bytes);
                }
                catch (InvalidInputException problem)
                {
                    Assert.StartsWith("f", problem.Message);
                }
            },
            iter: 300);
    }

    [Theory]
    [InlineData(Csv, true)]
    [InlineData("1 2\n3 4\n", true)]
    [InlineData("1\n2\n3\n", true)]
    [InlineData("x\n2\n3\n", true)]
    [InlineData("Datum;Preis\n01.01.2024;1,5\n02.01.2024;2,5\n", true)]
    [InlineData("a,b\nc,d\n", false)]
    [InlineData("To be, or not to be,\nthat is the question:\n", false)]
    [InlineData("label\tsentence\n1\tgood\n0\tbad\n", true)]
    [InlineData("", false)]
    [InlineData("1\n", false)]
    public void A_table_is_known_by_its_lines(string text, bool isTable)
    {
        string path = Path.Combine(_folder, "f.txt");
        byte[] plain = Encoding.UTF8.GetBytes(text);
        byte[] marked = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)];
        foreach (byte[] bytes in new[] { plain, Gzip(plain), Zip(("x", text)), marked })
        {
            File.WriteAllBytes(path, bytes);
            Assert.Equal(isTable, TableFile.LooksLikeTable(path));
        }
    }

    [Fact]
    public void Columnar_files_look_like_tables_and_missing_ones_do_not()
    {
        string path = Path.Combine(_folder, "f");
        File.WriteAllBytes(path, Parquet([1]));
        Assert.True(TableFile.LooksLikeTable(path));
        Assert.Equal([1.0], TableFile.Read(path, new()).Find("x").Values);
        Assert.False(TableFile.LooksLikeTable(path + "x"));
        Assert.False(TableFile.LooksLikeTable(_folder));
    }

    [Fact]
    public void Texts_with_a_mark_of_utf_16_are_read()
    {
        string path = Path.Combine(_folder, "u16.txt");
        const string text = "Ich mag 💖 und 日本語.\r\n";
        foreach (Encoding encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.UTF8 })
        {
            File.WriteAllText(path, text, encoding);
            Assert.Equal(text, TextFiles.Read(path, "u16.txt", "utf-8"));
            Assert.Equal(new GuessedText(text, null), GuessedText.Read(path, "u16.txt", null));
        }

        File.WriteAllBytes(path, [0xFF, 0xFE, (byte)'a']);
        Assert.Equal("ÿþa", TextFiles.Read(path, "u16.txt", "windows-1252"));
        Assert.Contains("utf-16", Refused(() => TextFiles.Read(path, "u16.txt", "utf-8")));
    }

    private static Table Read(byte[] bytes, CsvFormat? format = null) => TableFile.Read(bytes, format ?? new(), "f");

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest)) stream.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using MemoryStream packed = new();
        using (ZipArchive archive = new(packed, ZipArchiveMode.Create))
        {
            foreach ((string name, string text) in files)
            {
                using StreamWriter writer = new(archive.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Parquet(double[] values)
    {
        DataField<double> field = new("x");
        return Written(new(field), group => group.WriteAsync<double>(field, values.AsMemory()));
    }

    private static byte[] Written(ParquetSchema schema, Func<ParquetRowGroupWriter, Task> write)
    {
        Task<byte[]> written = WriteAsync();
        return written.GetAwaiter().GetResult();

        async Task<byte[]> WriteAsync()
        {
            using MemoryStream stream = new();
            await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream))
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await write(group);
            }

            return stream.ToArray();
        }
    }

    private static byte[] Arrow(Field field, IArrowArray array) => Arrow(null, [field], array);

    private static byte[] Arrow(CompressionCodecType? codec, Field[] fields, params IArrowArray[] arrays)
    {
        Schema schema = new(fields, null);
        using MemoryStream stream = new();
        IpcOptions options = new() { CompressionCodec = codec, CompressionCodecFactory = new CompressionCodecFactory() };
        using (ArrowFileWriter writer = new(stream, schema, leaveOpen: true, options))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, arrays, arrays[0].Length));
            writer.WriteEnd();
        }

        return stream.ToArray();
    }
}
