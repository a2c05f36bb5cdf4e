using RnnActors.Data.Tables;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>Parquet and Arrow files that other programs wrote: README.md beside them says which, and how.</summary>
public sealed class OtherWritersTests
{
    private const int Rows = 20;

    private static readonly string[] Words = ["a", "é", "漢字", "😀", "long word, with a comma", "b", "b"], Levels = ["low", "mid", "high"];

    private static readonly DateTime Day = new(2024, 1, 1), Time = new(2024, 3, 30, 22, 0, 0);

    /// <summary>What a row has in the column of a name.</summary>
    private static readonly Dictionary<string, Func<int, object>> Values = new()
    {
        ["int8"] = i => (9.0 * i) - 100,
        ["int16"] = i => (1000.0 * i) - 9000,
        ["int32"] = i => (1000003.0 * i) - 5,
        ["int64"] = i => (1000000000001.0 * i) - 7,
        ["uint8"] = i => 200.0 + (i * i % 50),
        ["uint16"] = i => 60000 + (250.0 * i),
        ["uint32"] = i => 4e9 + (1e7 * i),
        ["uint64"] = i => (double)(10000000000000000000UL + (4194304UL * (ulong)(i * i))),
        ["half"] = i => i / 2.0,
        ["float"] = i => (double)(i / 3f),
        ["double"] = i => i / 3.0,
        ["decimal9"] = i => (1.25 * i) - 3,
        ["decimal18"] = i => (double)(i * 12345678.0625m),
        ["decimal38"] = i => (double)(-i * 1234567890123.5m),
        ["price.usd"] = i => i / 4.0,
        ["row"] = i => 3.0 * i,
        ["bool"] = i => i % 3 == 0,
        ["text"] = i => Words[i % Words.Length],
        ["category"] = i => Levels[i % Levels.Length],
        ["date32"] = i => Day.AddDays(i * i),
        ["ms"] = i => Time.AddHours(i).AddMilliseconds(i),
        ["us"] = i => Time.AddHours(i).AddMicroseconds(i),
        ["ns"] = i => Time.AddHours(i).AddTicks(i),
        ["int96"] = i => Time.AddHours(i),
        ["utc"] = i => new DateTimeOffset(Time.AddHours(i), TimeSpan.Zero),
        ["berlin"] = i => new DateTimeOffset(Time.AddHours(i), TimeSpan.Zero).ToOffset(TimeSpan.FromHours(i < 3 ? 1 : 2)),
        ["__index_level_0__"] = i => new DateTimeOffset(Time.AddHours(i), TimeSpan.Zero).ToOffset(TimeSpan.FromHours(i < 3 ? 1 : 2)),
        ["default time"] = i => Time.AddMinutes(i),
        ["truth"] = i => i % 3 == 0,
        ["huge"] = i => (double)i,
    };

    /// <summary>Columns that have a value in every row. All others have none in one row of five.</summary>
    private static readonly string[] Whole = ["row", "price.usd", "date32", "default time", "truth", "huge"];

    /// <summary>What columns hold that are no single numbers, texts or times: in Parquet, in Arrow.</summary>
    private static readonly Dictionary<string, string[]> Others = new()
    {
        ["list"] = ["lists or structures", "values of the type large_list"],
        ["struct"] = ["lists or structures", "values of the type struct"],
        ["map"] = ["lists or structures"],
        ["binary"] = ["binary values", "values of the type binaryview"],
        ["time"] = ["times of day", "values of the type time64"],
        ["interval"] = ["values of the type Interval"],
        ["uuid"] = ["values of the type Guid"],
        ["id"] = ["values of the type Guid"],
        ["nothing"] = ["no value"],
    };

    /// <summary>Columns whose encoding the library of Parquet files does not read.</summary>
    private static readonly Dictionary<string, string[]> Unread = new()
    {
        ["arrow-rle-v1.parquet"] = ["bool"],
        ["arrow-zstd-v2-groups.parquet"] = ["bool"],
        ["arrow-lz4-v2.parquet"] = ["bool"],
        ["hyparquet.parquet"] = ["bool"],
        ["hyparquet-encodings.parquet"] = ["bool"],
        ["rust-zstd-v2.parquet"] = ["bool"],
        ["rust-gzip-v2-no-dictionary.parquet"] = ["bool", "decimal38"],
        ["arrow-byte-stream-split-v1.parquet"] = ["decimal9", "decimal18", "decimal38"],
        ["arrow-byte-stream-split-v2.parquet"] = ["decimal9", "decimal18", "decimal38"],
        ["arrow-delta-strings-v1.parquet"] = ["decimal38"],
        ["arrow-half.parquet"] = ["half"],
    };

    private static readonly string[] Special = ["README.md", "arrow-lz4-hadoop.parquet", "duckdb-groups.parquet"];

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Tables", "OtherWriters");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Except(Special)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_column_is_read_to_the_value_or_said_not_to_be_read(string file)
    {
        Table table = Read(file, file == "arrow-columns.parquet" ? "default time" : null);
        Assert.Equal(Rows, table.Rows);
        if (table.Times is { } times) Assert.Equal(Enumerable.Range(0, Rows).Select(row => (DateTime)Values[times.Name](row)), times.Local);
        foreach (Column column in table.Columns)
        {
            if (Unread.GetValueOrDefault(file, []).Contains(column.Name))
            {
                Assert.Equal("values that are stored in an unsupported way", column.LeftOut);
                Assert.Contains($"Column '{column.Name}' is stored in an unsupported way: ", TableCase.Refused(() => table.Numbers(column.Name)));
            }
            else if (Others.TryGetValue(column.Name, out string[]? nouns)) Assert.Contains(column.LeftOut, nouns);
            else Assert.All(Enumerable.Range(0, Rows), row => Assert.Equal((column.Name, Expected(column.Name, row)), (column.Name, Found(column, row))));
        }
    }

    [Fact]
    public void Rows_of_several_groups_stand_in_their_order()
    {
        Table table = Read("duckdb-groups.parquet");
        Assert.Equal(Enumerable.Range(0, 5000).Select(row => (double)row), table.Find("i").Values);
        Assert.Equal(Enumerable.Range(0, 5000).Select(row => (double)(row % 7)), table.Find("x").Values);
        Assert.Equal(Enumerable.Range(0, 5000).Select(row => Levels[row % 3]), table.Find("s").Texts!);
    }

    /// <summary>The library would go on with what was in memory before.</summary>
    [Fact]
    public void What_LZ4_packed_in_frames_or_what_is_damaged_of_it_is_refused()
    {
        Assert.Contains("LZ4 in the frames of Hadoop, which are not read", TableCase.Refused(() => Read("arrow-lz4-hadoop.parquet")));
        byte[] damaged = File.ReadAllBytes(Path.Combine(Folder, "duckdb-lz4.parquet"));
        int page = damaged.AsSpan().IndexOf("long word, with a comma"u8);
        damaged[page - 4] ^= 0x40;
        Assert.Contains("cannot be read", TableCase.Refused(() => TableFile.Read(damaged, new CsvFormat(), "f")));
    }

    [Fact]
    public void A_stream_of_Arrow_is_named()
    {
        byte[] stream = [0xFF, 0xFF, 0xFF, 0xFF, 0x10, 0, 0, 0];
        Assert.StartsWith("f: This is a stream of Arrow", TableCase.Refused(() => TableFile.Read(stream, new CsvFormat(), "f")));
    }

    private static Table Read(string file, string? time = null) => TableFile.Read(Path.Combine(Folder, file), new CsvFormat { Time = time }, file);

    private static object? Expected(string column, int row) => row % 5 == 3 && !Whole.Contains(column) ? null : Values[column](row);

    private static object? Found(Column column, int row) => Values[column.Name](0) switch
    {
        double => double.IsNaN(column.Values[row]) ? null : column.Values[row],
        bool => double.IsNaN(column.Values[row]) ? null : column.Values[row] == 1,
        string => column.FieldAt(row),
        _ when column.FieldAt(row) is null => null,
        DateTime => column.Dates!.Local[row],
        _ => new DateTimeOffset(column.Dates!.Local[row], column.Dates.Offsets![row]),
    };
}
