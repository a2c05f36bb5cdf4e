using System.Text;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tests.Tasks.Forecasting;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

public class BadTableTests
{
    private static readonly string[] Pieces =
    [
        "1", ",", "\n", "\"", "a", ";", "\r", "2020-01-01", "\t", ".", " ", "-", "\uFFFF", "#", "sep=;\n", "\n",
        "01/02/2024", "1,447", "12,5", "x\n", "\n20240101,", "2024-01-01T00:00+01:00", "true", "1700000000", "2024-W05", "Q1 2024", "Total", "99/99/9999", "%",
    ];

    private static readonly CsvFormat[] Formats =
    [
        new(), new() { Delimiter = ' ' }, new() { HeaderLines = 2 }, new() { FooterLines = 1 }, new() { Culture = "de-DE" }, new() { Time = "a" },
        new() { Time = "column1" }, new() { Time = "column1", TimeFormat = "yyyy" }, new() { Time = "column1", TimeFormat = "epoch" },
        new() { Time = "column1+column2" }, new() { Header = false },
    ];

    /// <summary>The library's time and memory grew with the square of a line's fields: ten megabytes of commas took hours.</summary>
    [Theory]
    [InlineData(",", 2)]
    [InlineData("\"\n\",", 2)]
    public void A_line_of_fields_without_end_is_refused(string field, int line)
    {
        string text = $"a,b\n{string.Concat(Enumerable.Repeat(field, 2_000_000))}\n1,2\n";
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith($"f.csv:{line}:1: This line has more than 65,536 fields", TableCase.Refused(text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3L << 30);
    }

    [Fact]
    public void A_long_text_in_quotes_is_one_field()
    {
        string text = string.Concat(Enumerable.Repeat("so, ", 200_000)).Trim();
        Table table = TableCase.Parse($"t,b\n\"{text}\",1\nx,2\n");
        Assert.Equal([1, 2], table.Find("b").Values);
        Assert.Equal(text, table.Find("t").TextOf(0));
    }

    [Theory]
    [InlineData("", "f.csv: The file is empty")]
    [InlineData(" \n\n", "f.csv: The file has no text")]
    [InlineData("a,b\n", "f.csv: The file has a line of names and no rows")]
    [InlineData("a,b\n1,2\n1,2,3\n", "f.csv:3:5: This line has 3 fields and the first one 2")]
    [InlineData("a,b\n1,2\n17\n", "f.csv:3:3: This line has 1 field and the first one 2")]
    [InlineData("a,b\n\"1\n1\",2\n1,2,3\n", "f.csv:4:5: This line has 3 fields")]
    [InlineData("a,b,a\n1,2,3\n", "f.csv:1:5: Two columns are named 'a': numbers 1 and 3")]
    [InlineData("a,b\n1,2\n\"x\"\",\"\"y\",oops\n", "f.csv:3:11: 'oops' in column 'b'")]
    [InlineData("a,b\n1,2\n3,\"4\n5,6\n", "f.csv:3:3: A quoted field that begins in this line does not end")]
    [InlineData("a,b\n1,2\n\"3\"x,4\n", "f.csv:3:4: 'x' stands behind a closing quote")]
    [InlineData("a,b\n1,2\n3,oops\n", "f.csv:3:3: 'oops' in column 'b' is not a finite number")]
    [InlineData("a,b\n1,2\n3,Infinity\n", "f.csv:3:3: 'Infinity' in column 'b' is not a finite number")]
    [InlineData("a,b\n1,2\n3,1e999\n", "f.csv:3:3: '1e999' in column 'b'")]
    [InlineData("a,b\n1,2\n3,NaN\n", "f.csv:3:3: 'NaN' in column 'b'")]
    [InlineData("a;b\n1;2\n3;1,5\n", "f.csv:3:3: '1,5' in column 'b' is not a finite number. Correct it, name it in data.missingValues")]
    [InlineData("a;b\n1;2\n3;1,2345\n", "f.csv:3:3: '1,2345'")]
    [InlineData("a,b\n1,x\n2,y\n", "f.csv:2:3: 'x' in column 'b'")]
    [InlineData("a,b\n1,\n2,\n", "f.csv: Column 'b' has no value")]
    [InlineData("time,bb\n1,2\n", "f.csv: There is no column 'b'. Did you mean 'bb'")]
    public void A_mistake_is_told_with_its_place(string text, string message) =>
        Assert.StartsWith(message, Refused(() => CsvTable.Parse(SourceText.Decode(Encoding.UTF8.GetBytes(text), "utf-8", "f.csv"), new()).Numbers("b")));

    [Theory]
    [InlineData("t,x\n2020-01-02,1\nsoon,2\n", "f.csv:3:1: 'soon' in the column of dates 't' is not a date")]
    [InlineData("tt,x\n2020-01-02,1\n", "f.csv: There is no column of dates 't'. Did you mean 'tt'")]
    public void Dates_are_refused_with_their_place(string text, string message) =>
        Assert.StartsWith(message, Refused(() => CsvTable.Parse(new("f.csv", text), new() { Time = "t" })));

    [Theory]
    [InlineData("89504E470D0A1A0A", "a PNG image")]
    [InlineData("504B0304140000", "a ZIP archive or an Excel workbook")]
    [InlineData("50415231150415", "a Parquet file")]
    [InlineData("1F8B0800", "a gzip archive")]
    [InlineData("61006200", "a binary file")]
    [InlineData("3C21444F43545950452068746D6C3E", "a web page")]
    public void A_file_of_another_kind_is_named(string hex, string kind) => Assert.StartsWith(
        $"f.csv: This is {kind}, not a text table", Refused(() => SourceText.Decode(Convert.FromHexString(hex), "utf-8", "f.csv")));

    [Fact]
    public void A_byte_that_is_no_character_is_told_with_its_place()
    {
        byte[] bytes = [.. "a,b\n1,é"u8, 0xE9, .. "\n"u8];
        Assert.StartsWith("f.csv:2:4: The bytes E9 are no character in utf-8", Refused(() => SourceText.Decode(bytes, "utf-8", "f.csv")));
    }

    [Fact]
    public void Settings_that_mean_nothing_are_refused()
    {
        SourceText text = new("f.csv", "a,b\n1,2\n");
        Assert.Contains("no encoding 'utf-9'. Did you mean utf-8", Refused(() => SourceText.Decode("a"u8, "utf-9", "f.csv")));
        Assert.Contains("no culture 'xx-nowhere'", Refused(() => CsvTable.Parse(text, new() { Culture = "xx-nowhere" })));
        Assert.Contains("cannot be separated by '\"'", Refused(() => CsvTable.Parse(text, new() { Delimiter = '"' })));
    }

    [Fact]
    public void Files_that_cannot_be_read_are_refused()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "prices.csv"), "a\n1\n");
        Assert.Contains("There is no such file. Did you mean prices.csv", Refused(() => TableFile.Read(Path.Combine(folder, "price.csv"), new())));
        Assert.Contains("There is no such file", Refused(() => TableFile.Read(Path.Combine(folder, "none", "x"), new())));
        Assert.Contains("This is a folder", Refused(() => TableFile.Read(folder, new())));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Any_bytes_make_a_table_or_a_refusal() => Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 60]
                .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))))
        .Select(Gen.Int[0, Formats.Length - 1])
        .Sample((bytes, format) =>
        {
            try
            {
                Table table = TableFile.Read(bytes, Formats[format], "f.csv");
                Assert.All(table.Columns, column => Assert.Equal(table.Rows, column.Values.Length));
                Assert.All(table.Columns, column => Assert.Equal(column.IsNumeric, column.LeftOut is null));
                foreach (Column column in table.Columns) _ = column.Texts?.Count;
                for (int row = 0; row < table.Times?.Local.Count; row++) _ = table.Times.Format(table.Times.Local[row], table.Times.Offsets?[row]);
            }
            catch (InvalidInputException problem)
            {
                Assert.StartsWith("f.csv", problem.Message);
            }
        }, iter: 5000);

    /// <summary>Each way of writing a date was tried on the whole field: gigabytes, and seconds. And the message said all of it.</summary>
    [Theory]
    [InlineData("01", '"', ".02.2024;1,5\n02.02.2024;2,25\n")]
    [InlineData("6.", '{', ";1\n")]
    [InlineData("2024-01-01", ' ', "1;1\n")]
    [InlineData("1", '-', "1;1\n")]
    [InlineData("1", '1', ";1\n")]
    public void A_field_of_any_length_costs_what_it_is_long_and_is_quoted_in_part(string before, char many, string behind)
    {
        string text = $"Datum;Wert\n01.02.2024;1\n{before}{new string(many, 100_000)}{behind}";
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _ = TestTables.Parse(text).Rows;
        }
        catch (InvalidInputException problem)
        {
            Assert.InRange(problem.Message.Length, 1, 1000);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 60_000_000);
    }

    private static string Refused(Action read) => Assert.Throws<InvalidInputException>(read).Message;
}
