using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using Xunit;
using static RnnActors.Data.Tests.Tables.TableCase;

namespace RnnActors.Data.Tests.Tables;

public class HeaderTests
{
    [Fact]
    public void A_title_above_the_names_is_refused_and_passed_over_behind_signs_of_comments()
    {
        const string Table = "date,sales\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n";
        InvalidInputException refused = Assert.Throws<InvalidInputException>(
            () => CsvTable.Parse(new("f.csv", "Sales report\nprinted in May\n\n" + Table), new()));
        Assert.StartsWith("f.csv:1:1: 'Sales report' seems to be a title: the names of the columns stand in line 4", refused.Message, StringComparison.Ordinal);

        // Commas or spaces in it do not part the fields below.
        foreach (string title in (string[])["Sales, printed in May", "Sales report"])
        {
            refused = Assert.Throws<InvalidInputException>(
                () => CsvTable.Parse(new("f.csv", $"{title}\n{Table.Replace(',', ';').Replace("1\n", "1,5\n", StringComparison.Ordinal)}"), new()));
            Assert.StartsWith($"f.csv:1:1: '{title}' seems to be a title: the names of the columns stand in line 2", refused.Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(3, CsvTable.Parse(new("f.csv", "# Sales report\n# printed in May\n\n" + Table), new()).Rows);
    }

    [Theory]
    [InlineData("date,0,1,OT\n2016-07-01,100.4,202.5,5\n2016-07-02,101.4,202.5,5\n", "date 0 1 OT")]
    [InlineData("101,102,103\n0.5,0.2,0.7\n0.4,0.1,0.5\n", "101 102 103")]
    [InlineData(",0,1,2\n0,5.5,6.5,7.7\n1,5.5,6.5,7.5\n", "column1 0 1 2")]
    [InlineData("1,OT\n3,5\n4,-\n", "1 OT")]
    public void Names_that_are_numbers_are_names(string text, string names)
    {
        Table table = Parse(text);
        Assert.Equal(names.Split(' '), ((string[])[.. table.Times is null ? [] : new[] { table.Times.Name }, .. table.Columns.Select(column => column.Name)]));
        Assert.Contains(table.Notes, note => note.Contains("set data.header to false", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1,2,3\n2,3,4\n3,4,5\n")]
    [InlineData("2016-07-01,-,5\n2016-07-02,3,5\n")]
    [InlineData("1,NA\n2,3\n")]
    [InlineData("1,2\n5,3\n")]
    public void A_first_line_of_data_is_data(string text)
    {
        Table table = Parse(text);
        Assert.Equal(text.Count(c => c == '\n'), table.Rows);
        Assert.Contains("set data.header to true if it names the columns", Refused(() => table.Find("OT")));
    }

    [Theory]
    [InlineData("sep=;\r\nDatum;y\r\n2020-01-01;100\r\n", "f.csv:3:12")]
    [InlineData("\n\"sep=|\"\nDatum|y\n2020-01-01|100\n", "f.csv:4:12")]
    [InlineData("# made by hand\n# in 2020\nDatum,y\n2020-01-01,100\n", "f.csv:4:12")]
    [InlineData("# made by hand\n# Datum, y\n2020-01-01,100\n", "f.csv:3:12")]
    public void Lines_before_the_table_are_passed_over(string text, string place)
    {
        Table table = Parse(text);
        Assert.Equal([100.0], table.Numbers("y").Values);
        Assert.Equal("Datum", table.Times!.Name);
        Assert.Equal(place, table.At(0, table.Find("y")).ToString());
        Assert.Equal(text.StartsWith('#'), table.Notes.Count > 0);
    }

    [Fact]
    public void A_column_may_be_named_by_the_sign_of_comments() => Assert.Equal(["#", "y"], Parse("#,y\n1,5\n2,7\n").Columns.Select(column => column.Name));

    [Theory]
    [InlineData(
        "Date,Temp,Wind\n,degC,m/s\n2020-01-01,100,0\n2020-01-02,100,0\n",
        "f.csv:2:2: 'degC' in column 'Temp' is not a number; does line 2 belong to the header? Set data.headerLines to 2",
        2)]
    [InlineData(
        "Price,Close,High\nTicker,ABC,ABC\nDate,,\n2020-01-01,100,0\n",
        "f.csv:2:8: 'ABC' in column 'Close' is not a number; do lines 2-3 belong to the header? Set data.headerLines to 3",
        3)]
    public void Units_and_further_names_are_refused_until_the_header_is_said(string text, string message, int lines)
    {
        Assert.StartsWith(message, Refused(text));
        Assert.Equal(100, Parse(text, new() { HeaderLines = lines }).Columns[0].Values[0]);
    }

    [Fact]
    public void A_footer_is_refused_until_it_is_said()
    {
        const string text = "a,b\n1,2\n3,4\n\nSource: me\nand you\n";
        Assert.StartsWith(
            "f.csv:5:11: This line has 1 field and the first one 2. Correct the line, quote fields that hold the delimiter, or set data.delimiter, "
            + "or set data.footerLines to 2 if the table ends before it.",
            Refused(text));
        Assert.Equal([1.0, 3], Parse(text, new() { FooterLines = 2 }).Numbers("a").Values);
        Assert.StartsWith("f.csv: The file has", Refused(text, new() { FooterLines = 9 }));
    }

    [Theory]
    [InlineData("year  doy   temp\n2020    1   20.5\n2020    2   21.5\n")]
    [InlineData("  year\tdoy \t temp\n  2020    1   20.5 \n  2020\t2\t21.5")]
    [InlineData("\"year\" doy 'temp'\n2020 1 20.5\n\"2020\" 2 21.5\n")]
    public void Runs_of_spaces_part_fields(string text)
    {
        Table table = Parse(text, text.Contains('\t') ? new() { Delimiter = ' ' } : new());
        Assert.Equal([20.5, 21.5], table.Columns[2].Values);
        Assert.Equal("year", table.Columns[0].Name);
        Assert.Equal(3, table.At(1, table.Columns[0]).Line);
    }

    [Fact]
    public void Settings_of_the_header_that_contradict_are_refused() =>
        Assert.StartsWith("data.header is false and data.headerLines 2", Refused("a\n1\n", new() { Header = false, HeaderLines = 2 }));
}
