using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>Merged cells of a spreadsheet: each empty cell of a named column is the one above it.</summary>
public class FillDownTests
{
    /// <summary>The law: texts, numbers and dates are read as if the cells had been written.</summary>
    [Fact]
    public void A_merged_table_is_the_table_whose_cells_are_written()
    {
        string[] merged = ["north;2024-01-01;1;;a", ";2024-01-02;2;5;", "south;2024-01-01;3;;b", ";2024-01-02;NA;6;", ";2024-01-03;4;;"],
            written = ["north;2024-01-01;1;;a", "north;2024-01-02;2;5;a", "south;2024-01-01;3;5;b", "south;2024-01-02;NA;6;b", "south;2024-01-03;4;6;b"];
        Table filled = Parse(merged, "shop", "price", "kind"), expected = Parse(written);
        Assert.Equal(expected.Columns.Select(column => (column.Name, column.Kind)), filled.Columns.Select(column => (column.Name, column.Kind)));
        foreach (Column column in expected.Columns)
        {
            Assert.Equal(Enumerable.Range(0, 5).Select(column.TextOf), Enumerable.Range(0, 5).Select(filled.Find(column.Name).TextOf));
            Assert.Equal(column.Values, filled.Find(column.Name).Values);
        }

        Assert.Contains("Column 'shop' is filled down: 3 of 5 fields are those above them.", filled.Notes);
        Assert.Equal("a.csv:3:1", filled.At(1, filled.Find("shop")).ToString());
    }

    /// <summary>Dates that are merged, of a table whose rows are shops.</summary>
    [Fact]
    public void Dates_are_filled_too()
    {
        string[] rows = [.. Enumerable.Range(1, 9).SelectMany(day => (string[])[$"2024-01-0{day};a;{day}", $";b;{day + 10}"])];
        Table table = CsvTable.Parse(new SourceText("a.csv", "day;shop;y\n" + string.Join('\n', rows)), new CsvFormat { FillDown = ["day"] });
        Assert.Equal([1, 1, 2, 2, 3], table.Times!.Local.Take(5).Select(time => time.Day));
        Assert.Equal("day", table.Times.Name);
    }

    [Fact]
    public void What_has_nothing_above_it_stays_empty()
    {
        Column price = Parse(["a;2024-01-01;1;;x", "b;2024-01-02;2;5;x", "c;2024-01-03;3;;x"], "price").Find("price");
        Assert.Equal([double.NaN, 5, 5], price.Values);
        Assert.Null(price.TextOf(0));
    }

    [Fact]
    public void Other_columns_stay_as_they_are() =>
        Assert.Equal([double.NaN, 5, double.NaN], Parse(["a;2024-01-01;1;;x", ";2024-01-02;2;5;x", ";2024-01-03;3;;x"], "shop").Find("price").Values);

    [Fact]
    public void A_column_that_is_not_there_is_refused_with_the_nearest()
    {
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => Parse(["a;2024-01-01;1;;x"], "shops"));
        Assert.Contains("data.fillDown names column 'shops', which the file does not have. Did you mean 'shop'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y")]
    [InlineData("*")]
    public void A_target_is_never_filled(string targets)
    {
        ForecastDataSpec spec = new() { Targets = [targets], Series = ["shop"], FillDown = ["shop", "y"] };
        Table table = Parse(["a;2024-01-01;1;1;x", "a;2024-01-02;2;1;x"]);
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(spec, table));
        Assert.Contains("data.fillDown names column 'y', which is to be forecast", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_trained_on_merged_cells_to_the_same_data()
    {
        string Rows(bool isMerged) => "shop;day;y\n" + string.Concat(Enumerable.Range(0, 80).Select(i =>
            $"{(isMerged && i % 40 > 0 ? "" : i < 40 ? "north" : "south")};{new DateTime(2024, 1, 1).AddDays(i % 40):yyyy-MM-dd};{i * 7 % 23}\n"));
        ForecastDataSpec spec = new() { Targets = ["y"], Series = ["shop"], Window = 3 };
        ForecastTask Of(ForecastDataSpec own, bool isMerged) => ForecastTask.Prepare(
            own, CsvTable.Parse(new SourceText("a.csv", Rows(isMerged)), ForecastFile.FormatOf(own)));
        ForecastTask merged = Of(spec with { FillDown = ["shop"] }, isMerged: true);
        Assert.Equal(Of(spec, isMerged: false).DataHash, merged.DataHash);
        Assert.Contains(merged.Notes, note => note.Contains("filled down: 78 of 80", StringComparison.Ordinal));
        InvalidInputException problem = Assert.Throws<InvalidInputException>(() => Of(spec, isMerged: true));
        Assert.Contains("--fill-down shop (data.fillDown=[\"shop\"])", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Between the first row and the second lies no empty cell.</summary>
    [Fact]
    public void Neighbouring_rows_of_one_date_are_no_merged_cells()
    {
        Table table = Parse(["a;2024-01-01;1;1;x", "b;2024-01-01;2;2;x", "a;2024-01-01;3;3;x", "b;2024-01-02;4;4;x"]);
        ForecastDataSpec spec = new() { Targets = ["y"], Inputs = ["y"] };
        string message = Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(spec, table)).Message;
        Assert.Contains("is not after that of the row before", message, StringComparison.Ordinal);
        Assert.DoesNotContain("empty", message, StringComparison.Ordinal);
    }

    private static Table Parse(string[] rows, params string[] filled) => CsvTable.Parse(
        new SourceText("a.csv", "shop;day;y;price;kind\n" + string.Join('\n', rows)), new CsvFormat { FillDown = filled, MissingValues = ["NA"] });
}
