using CsCheck;
using RnnActors.Data.Tables;
using Xunit;
using static RnnActors.Data.Tests.Tables.TableCase;

namespace RnnActors.Data.Tests.Tables;

public class ColumnKindTests
{
    private static readonly string[] Fields = ["1", "2", "0.5", "-", "", "true", "No", "winter", "2020-01-01", "20200101", "1600000000"];

    [Fact]
    public void Every_column_is_read_by_all_or_says_why_not() => Gen.Select(
            Gen.Int[1, 4], Gen.Int[1, 8], Gen.Int[0, Fields.Length - 1].Select(i => Fields[i]).Array[32])
        .Where((columns, rows, pool) => pool[..(rows * columns)].Any(field => field.Length > 0)) // rows of nothing at the end are none
        .Sample((columns, rows, pool) =>
        {
            IEnumerable<string> lines = Enumerable.Range(0, rows).Select(row => string.Join(';', pool[(row * columns)..((row + 1) * columns)]));
            string header = string.Join(';', Enumerable.Range(0, columns).Select(i => $"name{i}"));
            Table table = Parse(
                Lines(header, lines.Select(line => line.Length == 0 ? "\"\"" : line)),
                new() { Header = true, HeaderLines = 1, Delimiter = ';', TimeFormat = "'never' yyyy" });
            Assert.All(table.Columns, column => Assert.Equal(column.IsNumeric, column.LeftOut is null));
        }, iter: 300);

    [Theory]
    [InlineData("1 2.5 3", ColumnKind.Numbers, null)]
    [InlineData("7 7 7", ColumnKind.Numbers, null)]
    [InlineData("0 1 1", ColumnKind.Numbers, null)]
    [InlineData("True False True", ColumnKind.Booleans, null)]
    [InlineData("yes no NO", ColumnKind.Booleans, null)]
    [InlineData("winter 1 summer", ColumnKind.Texts, "text: 'winter' in line 2")]
    [InlineData("5 6 7", ColumnKind.Counter, "a row number")]
    [InlineData("20240101 20240102 20240105", ColumnKind.Dates, "dates, as yyyyMMdd")]
    [InlineData("1700000000 1700003600 1700007200", ColumnKind.Dates, "dates, as seconds since 1970")]
    [InlineData("1700000000000 1700003600000 1700007200000", ColumnKind.Dates, "dates, as milliseconds since 1970")]
    [InlineData("? ? ?", ColumnKind.Empty, "no value")]
    public void A_column_is_what_all_its_fields_are(string fields, ColumnKind kind, string? leftOut)
    {
        Table table = Parse(Lines("v,y", fields.Split(' ').Select((field, i) => $"{field},{i * 0.5}")), new() { MissingValues = ["?"] });
        Assert.Equal((kind, leftOut), (table.Find("v").Kind, table.Find("v").LeftOut));
        bool isNoted = kind is ColumnKind.Counter or ColumnKind.Dates;
        Assert.Equal(isNoted, table.Notes.Any(note => note.StartsWith("Column 'v' is left out", StringComparison.Ordinal)));
    }

    [Fact]
    public void Booleans_are_one_and_zero_and_keep_their_words()
    {
        Column column = Parse("a,b\nTrue,1\nfalse,3\n,2\n").Numbers("a");
        Assert.Equal([1, 0, double.NaN], column.Values);
        Assert.Equal(["True", "false", null], column.Texts!);
    }

    [Fact]
    public void Texts_are_kept_as_they_are_written()
    {
        Column column = Parse("a,b\n\"x, \"\"y\"\"\",1\n 7 ,3\nNA,4\n\"8\",2\nz,2\nz,2\n", new() { MissingValues = ["na"] }).Find("a");
        Assert.Equal(["x, \"y\"", "7", null, "8", "z", "z"], column.Texts!);
    }

    [Theory]
    [InlineData("temp,rain,load\n20.7,-,1\n20.3,0,2\n20.9,0.5,4\n21,-,4\n22,-,9\n", "f.csv:2:6: '-' in column 'rain' is not a finite number. Correct it")]
    [InlineData("temp,rain\n20.7,1\n20.3,oops\n20.9,0.5\n", "f.csv:3:6: 'oops' in column 'rain'")]
    [InlineData("temp,rain\n20.7,true\n20.3,-\n20.9,false\n", "f.csv:3:6: '-' in column 'rain' is neither true nor false")]
    public void Numbers_but_for_a_few_fields_are_refused_and_not_left_out(string text, string message)
    {
        Table table = Parse(text);
        Assert.True(table.Find("rain").IsNumeric);
        Assert.StartsWith(message, Refused(() => table.Numbers("rain")));
    }

    [Fact]
    public void A_column_without_a_name_that_counts_rows_is_left_out()
    {
        Table table = Parse(",y\n0,5.5\n1,5.7\n");
        Assert.Equal((ColumnKind.Counter, "column1"), (table.Columns[0].Kind, table.Columns[0].Name));
    }

    [Fact]
    public void Numbers_that_rise_by_one_are_numbers_where_there_is_nothing_else() =>
        Assert.True(Parse("date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n").Find("y").IsNumeric);

    [Fact]
    public void A_row_number_is_read_where_it_is_asked_for() => Assert.Equal([1.0, 2, 3], Parse("n,y\n1,5\n2,7\n3,7\n").Numbers("n").Values);

    [Fact]
    public void A_total_below_numbers_asks_for_the_footer() =>
        Assert.EndsWith("or set data.footerLines to 1 if the file ends before it.", Refused(() => Parse("n,y\n1,5\n2,7\n3,Total\n").Numbers("y")));
}
