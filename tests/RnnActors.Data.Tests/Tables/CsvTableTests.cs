using System.Globalization;
using System.Text;
using CsCheck;
using RnnActors.Data.Tables;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

public class CsvTableTests
{
    [Theory]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("a,b\n1,2\n3,4")]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n")]
    [InlineData("a,b\r1,2\r3,4\r")]
    [InlineData("a;b\n1;2\n3;4\n")]
    [InlineData("a\tb\n1\t2\n3\t4\n")]
    [InlineData("a|b\n1|2\n3|4\n")]
    [InlineData("\"a\",\"b\"\n\"1\",\"2\"\n3,4\n")]
    [InlineData("a, \"b\"\n 1 , \"2\"\n3,4\n")]
    [InlineData("\n\na,b\n1,2\n\n3,4\n\n")]
    public void The_same_table_written_in_many_ways(string text)
    {
        Table table = Parse(text);
        Assert.Equal(["a", "b"], table.Columns.Select(column => column.Name));
        Assert.Equal([1, 3], table.Numbers("a").Values);
        Assert.Equal([2, 4], table.Numbers("b").Values);
    }

    [Theory]
    [InlineData("\"say \"\"hi\"\", twice\",b\n1,2\n", "say \"hi\", twice")]
    [InlineData("\"\"\"hi\"\"\",b\n1,2\n", "\"hi\"")]
    [InlineData("'it''s',b\n1,2\n", "it's", '\'')]
    public void A_quote_within_a_quoted_field_is_written_twice(string text, string name, char quote = '"') =>
        Assert.Equal([name, "b"], Parse(text, new() { Quote = quote }).Columns.Select(column => column.Name));

    [Fact]
    public void Numbers_survive_being_written_and_read() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 30], Gen.Double.Where(double.IsFinite).Array[150]).Sample((columns, rows, pool) =>
        {
            StringBuilder text = new();
            for (int row = 0; row < rows; row++)
            {
                string[] fields = [.. Enumerable.Range(0, columns).Select(i => FormattableString.Invariant($"{pool[(row * columns) + i]:R}"))];
                text.AppendJoin(',', fields).Append('\n');
            }

            Table table = Parse(text.ToString(), new() { Header = false, Delimiter = ',' });
            for (int row = 0; row < rows; row++)
                for (int i = 0; i < columns; i++) Assert.Equal(pool[(row * columns) + i], table.Columns[i].Values[row]);
        }, iter: 100);

    [Fact]
    public void Columns_without_names_are_numbered() =>
        Assert.Equal(["column1", "column2"], Parse("1,2\n3,4\n").Columns.Select(column => column.Name));

    [Fact]
    public void A_first_line_of_numbers_is_a_header_where_the_user_says_so() =>
        Assert.Equal([5.0], Parse("2010,2011\n5,6\n", new() { Header = true }).Numbers("2010").Values);

    [Theory]
    [InlineData("de-DE", "a;b\n1.234,5;-2\n", 1234.5)]
    [InlineData("de-DE", "a;b\n0,5;1,5\n", 0.5)]
    [InlineData("fr-FR", "a;b\n1 234,5;2\n", 1234.5)]
    [InlineData("fr-FR", "a;b\n1\u202F234,5;2\n", 1234.5)]
    [InlineData("", "a;b\n1,234.5;2\n", 1234.5)]
    [InlineData("", "a,b\n\"1,234,567\",2\n", 1234567)]
    [InlineData("", "a,b\n1.5e3,2\n", 1500)]
    [InlineData("", "a,b\n-.5,2\n", -0.5)]
    public void Numbers_are_read_as_the_culture_writes_them(string culture, string text, double expected) =>
        Assert.Equal(expected, Parse(text, new() { Culture = culture }).Numbers("a").Values[0]);

    [Theory]
    [InlineData("1949-01", "1949-02")]
    [InlineData("1949-01-01", "1949-02-01")]
    [InlineData("1949-01-01 00:00:00", "1949-02-01 00:00:00")]
    [InlineData("1949-01-01T00:00", "1949-02-01T00:00")]
    [InlineData("1949-01-01T00:00:00.000Z", "1949-02-01T00:00:00+01:00")]
    [InlineData("1949-W01", "1949-02-01", "", "1949-01-03")]
    [InlineData("1949-Q1", "1949-02-01")]
    [InlineData("1949010100", "1949020100")]
    [InlineData("Jan 1949", "Feb 1949")]
    [InlineData("Jan 01, 1949", "Feb 01, 1949")]
    [InlineData("19490101", "19490201")]
    [InlineData("01.01.1949", "01.02.1949", "de-DE")]
    [InlineData("01/01/1949", "01/02/1949", "fr-FR")]
    public void Dates_are_read_in_many_ways(string first, string second, string culture = "", string start = "1949-01-01")
    {
        Table table = Parse($"when;x\n{first};1\n{second};2\n", new() { Time = "when", Culture = culture });
        Assert.Equal([DateTime.Parse(start, CultureInfo.InvariantCulture), new DateTime(1949, 2, 1)], table.Times!.Local);
        Assert.Equal(["x"], table.Columns.Select(column => column.Name));
    }

    [Fact]
    public void A_column_of_dates_is_found_without_being_named() => Assert.NotNull(Parse("m,x\n1949-01,1\n1949-02,2\n").Times);

    [Fact]
    public void Dates_stand_in_the_order_of_the_file()
    {
        Table table = Parse("m,x\n1949-02,1\n1949-01,2\n");
        Assert.Equal([new(1949, 2, 1), new(1949, 1, 1)], table.Times!.Local);
        Assert.Equal(["x"], table.Columns.Where(column => column.IsNumeric).Select(column => column.Name));
    }

    [Fact]
    public void Missing_fields_are_not_numbers_and_not_faults()
    {
        double[] values = Parse("a,b\n1,x\n,x\nna,x\n?,x\n", new() { MissingValues = ["NA", "?"] }).Numbers("a").Values;
        Assert.Equal([1, double.NaN, double.NaN, double.NaN], values);
    }

    [Fact]
    public void Encodings_are_told_or_marked()
    {
        const string text = "größe,b\n1,2\n";
        foreach (Encoding marked in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
            Assert.Equal("größe", Decode([.. marked.GetPreamble(), .. marked.GetBytes(text)], "utf-8").Columns[0].Name);
        Assert.Equal("größe", Decode(Encoding.Latin1.GetBytes(text), "windows-1252").Columns[0].Name);
        Assert.Equal("größe", Decode(Encoding.Unicode.GetBytes(text), "utf-16").Columns[0].Name);
    }

    private static Table Decode(byte[] bytes, string encoding) => CsvTable.Parse(SourceText.Decode(bytes, encoding, "f.csv"), new());

    private static Table Parse(string text, CsvFormat? format = null) => CsvTable.Parse(new("f.csv", text), format ?? new());
}
