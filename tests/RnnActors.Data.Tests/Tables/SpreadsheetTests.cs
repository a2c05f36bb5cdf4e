using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>Tables as spreadsheets save them: read right, or refused with the place and a remedy that helps.</summary>
public class SpreadsheetTests
{
    private static readonly DateTime First = new(2024, 1, 1);

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n,\n,\n", 2)]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n, \r\n\r\n,", 2)]
    [InlineData("a;b\n1;2\n;;;\n;\n", 2)]
    [InlineData(",\n,,\na,b\n1,2\n", 2)]
    public void Lines_of_separators_at_the_ends_are_passed_over_and_said(string text, int lines)
    {
        Table table = TableCase.Parse(text);
        Assert.Equal(["a", "b"], table.Columns.Select(column => column.Name));
        Assert.All(table.Columns, column => Assert.True(Array.TrueForAll(column.Values, double.IsFinite)));
        Assert.Contains(table.Notes, note => note == $"{lines} lines of separators alone, before or behind the table, are passed over.");
    }

    [Fact]
    public void An_empty_row_between_others_stays()
    {
        Table table = TableCase.Parse("a,b\n1,2\n,\n3,4\n");
        Assert.Equal(3, table.Rows);
        Assert.Empty(table.Notes);
    }

    [Fact]
    public void A_footer_has_no_lines_of_separators_at_the_end()
    {
        const string text = "date,b,\n2024-01-01,2,\n2024-01-02,3,\n2024-01-03,4,\n,,\nTotal,9,\n,,\n";
        string refused = TableCase.Refused(text);
        Assert.StartsWith("f.csv:5:1: The column of dates 'date' has no date here", refused, StringComparison.Ordinal);
        Assert.Contains("set data.footerLines to 2", refused, StringComparison.Ordinal);
        Assert.Equal(3, TableCase.Parse(text, new() { FooterLines = 2 }).Rows);
    }

    [Fact]
    public void A_title_as_wide_as_the_table_is_no_name() =>
        Assert.StartsWith(
            "f.csv:1:1: 'Sales of 2024' seems to be a title: the names of the columns stand in line 3",
            TableCase.Refused("Sales of 2024,,\n,,\ndate,b,c\n2024-01-01,2,3\n2024-01-02,3,4\n"), StringComparison.Ordinal);

    [Fact]
    public void Line_breaks_in_names_are_spaces()
    {
        Table table = TableCase.Parse("date,\"Sales\n(EUR)\",\"T\r\n°C\"\n2024-01-01,2,3\n2024-01-02,3,4\n");
        Assert.Equal(["Sales (EUR)", "T °C"], table.Columns.Select(column => column.Name));
        Assert.Contains("Line breaks in the names of columns are read as spaces.", table.Notes);
    }

    [Theory]
    [InlineData("0.5%", "Remove the percent signs of the column: whether 0.5% is 0.5 or a hundredth")]
    [InlineData("$12.50", "Remove the currency signs of the column, as a spreadsheet's format Number does: 12.50")]
    [InlineData("12.50 €", "Remove the currency signs")]
    [InlineData("-£3", "Remove the currency signs")]
    [InlineData("(3.25)", "Write it as -3.25")]
    [InlineData("1'100.50", "de-CH reads this one")]
    [InlineData("1\u202F100.50", null)]
    [InlineData("1\u202F100,50", "fr-FR reads this one")]
    [InlineData("\u22125.5", "Write its sign as a hyphen, -5.5")]
    [InlineData("5 kg", null)]
    [InlineData("$", null)]
    public void Signs_with_a_number_are_told_apart(string field, string? remedy)
    {
        string lines = string.Concat(Enumerable.Range(1, 5).Select(i => $"{i}\n"));
        string refused = TableCase.Refused(() => TableCase.Parse($"y\n{lines}\"{field}\"\n").Numbers("y"));
        Assert.StartsWith($"f.csv:7:1: '{field}' in column 'y' is not a finite number. ", refused, StringComparison.Ordinal);
        if (remedy is not null) Assert.Contains(remedy, refused, StringComparison.Ordinal);
        else Assert.Contains("Correct it, name it in data.missingValues", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1'100.50")]
    [InlineData("1\u2019100.50")]
    public void Swiss_numbers_have_either_apostrophe(string field) =>
        Assert.Equal([1100.5], TableCase.Parse($"y\n{field}\n", new() { Culture = "de-CH" }).Numbers("y").Values);

    [Theory]
    [InlineData("ddd, dd MMM yyyy", "ddd, dd MMM yyyy")]
    [InlineData("dddd, MMMM dd, yyyy", "dddd, MMMM dd, yyyy")]
    [InlineData("ddd dd/MM/yyyy", "ddd dd/MM/yyyy")]
    [InlineData("dd.MM.yy", "dd.MM.yy")]
    [InlineData("yyyy-MM-dd htt", "yyyy-MM-dd htt")]
    public void A_pattern_is_proposed_for_dates_that_have_one(string written, string proposed)
    {
        string text = Written(written, TimeSpan.FromHours(30));
        Assert.Contains($"Set data.timeFormat to '{proposed}', which reads all of them", TableCase.Refused(text), StringComparison.Ordinal);
        Assert.NotNull(TableCase.Parse(text, new() { TimeFormat = proposed }).Times);
    }

    [Fact]
    public void Two_patterns_are_proposed_where_dates_have_two_readings()
    {
        string refused = TableCase.Refused("date,y\n01/02/24,1\n01/03/24,2\n01/04/24,3\n");
        Assert.Contains("Set data.timeFormat to 'dd/MM/yy' or 'MM/dd/yy': each reads all of them", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Weekdays_of_another_language_want_its_culture()
    {
        string text = "Datum;y\nMontag, 01.01.2024;1\nDienstag, 02.01.2024;2\n";
        string refused = TableCase.Refused(text, new() { Culture = "de-DE" });
        Assert.Contains("Set data.timeFormat to 'dddd, dd.MM.yyyy'", refused, StringComparison.Ordinal);
        Assert.NotNull(TableCase.Parse(text, new() { Culture = "de-DE", TimeFormat = "dddd, dd.MM.yyyy" }).Times);
    }

    [Fact]
    public void A_date_in_no_known_writing_is_not_left_out_in_silence() =>
        Assert.Contains("looks like a date", TableCase.Refused("time,y\n2024-03-01 12:00 a.m.,1\n2024-03-01 1:00 a.m.,2\n"), StringComparison.Ordinal);

    [Fact]
    public void Months_of_another_language_want_its_culture()
    {
        const string text = "Date;y\n1 janvier 2024;1\n2 janvier 2024;4\n3 janvier 2024;8\n";
        Assert.Contains("whose words it has with data.culture", TableCase.Refused(text), StringComparison.Ordinal);
        Assert.NotNull(TableCase.Parse(text, new() { Culture = "fr-FR" }).Times);
    }

    [Fact]
    public void Years_behind_names_are_names()
    {
        Table table = TableCase.Parse("Country,Code,1960,1961,1962\nA,X,100,103.5,106\nB,Y,150,151,159.5\n");
        Assert.Equal(["Country", "Code", "1960", "1961", "1962"], table.Columns.Select(column => column.Name));
        Assert.Contains("Line 1 is read as the names of the columns, though '1960' is a", string.Join('\n', table.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Excels_days_are_dates_if_that_is_said(int step)
    {
        string text = "Date,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{45292 + (i * step)},{i * i}\n"));
        string refused = TableCase.Refused(text);
        Assert.Equal(
            "f.csv:2:1: '45292' in column 'Date' is 2024-01-01 if it counts days as Excel does. Set data.timeFormat to excel if so; "
                + "if it is no date, rename the column, or name the column of dates in data.time.",
            refused);
        TableTimes times = TableCase.Parse(text, new() { TimeFormat = "excel" }).Times!;
        Assert.Equal(Enumerable.Range(0, 20).Select(i => First.AddDays(i * step)), times.Local);
        Assert.Equal("45293", times.Format(First.AddDays(1), null));
    }

    [Fact]
    public void Excels_hours_are_parts_of_days()
    {
        string text = "Zeit,y\n" + string.Concat(Enumerable.Range(0, 50).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{45292 + (i / 24.0):0.##########},{i * i}\n")));
        Table table = TableCase.Parse(text, new() { Time = "Zeit", TimeFormat = "excel" });
        Assert.Equal(Enumerable.Range(0, 50).Select(i => First.AddHours(i)), table.Times!.Local);
    }

    [Fact]
    public void Named_as_time_Excels_days_are_told_apart_from_mistakes() =>
        Assert.Contains(
            "Set data.timeFormat to excel if it counts days as Excel does", TableCase.Refused("when,y\n45292,1\n45293,2\n", new() { Time = "when" }),
            StringComparison.Ordinal);

    [Fact]
    public void Large_numbers_of_another_name_stay_numbers() =>
        Assert.Equal(["sales", "y"], TableCase.Parse("sales,y\n45292,1\n45299,5\n").Columns.Select(column => column.Name));

    /// <summary>The library that reads records takes a lone carriage return for an end in short lines, and for a part of a field in long ones.</summary>
    [Theory]
    [InlineData("2024")]
    [InlineData("a rather long text that is the same in every line of the file")]
    public void Mixed_line_ends_are_read_or_named(string text)
    {
        string[] ends = ["\n", "\r\n", "\r"];
        string all = "a,b\r\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{text},{1000 + (i % 7)}.25{ends[i % 3]}"));
        try
        {
            Assert.Equal(Enumerable.Range(0, 60).Select(i => 1000.25 + (i % 7)), TableCase.Parse(all).Numbers("b").Values);
        }
        catch (InvalidInputException refused)
        {
            Assert.StartsWith(
                $"f.csv:4:{text.Length + 9}: A carriage return ends this line, and other lines end with a line feed", refused.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_character_at_the_start_of_a_line_makes_it_a_comment() => Assert.Equal(2, TableCase.Parse("a,b\n\uFFFF,1\n2,3\n").Rows);

    [Fact]
    public void Delimiters_at_the_ends_of_lines_are_named() =>
        Assert.StartsWith(
            "f.csv:2:5: This line ends with a delimiter: it has 3 fields and the first one 2", TableCase.Refused("a,b\n1,2,\n3,4,\n"),
            StringComparison.Ordinal);

    private static string Written(string pattern, TimeSpan step) => "Date;y\n"
        + string.Concat(Enumerable.Range(0, 30).Select(i => $"{(First + (i * step)).ToString(pattern, CultureInfo.InvariantCulture)};{i * i}\n"));
}
