using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class SeriesLayoutsTests
{
    private static readonly ForecastDataSpec Long = new()
    {
        Targets = ["value"],
        Inputs = ["value"],
        Series = ["series"],
        Window = 5,
        Horizon = 2,
        Normalize = WindowNormalization.Last,
        Split = new(0.6, 0.2, 0.2),
    };

    [Fact]
    public void All_layouts_give_the_same_windows() => Gen.Select(Gen.Int[1, 4], Gen.Int[20, 40], Gen.Int[0, 6], Gen.Int).Sample((series, rows, late, seed) =>
    {
        // The last series begins later.
        var random = new Random(seed);
        double[][] values = [.. Enumerable.Range(0, series).Select(_ => TestTables.Values(random, rows))];
        for (int i = 0; i < late; i++) values[^1][i] = double.NaN;
        string[] names = [.. Enumerable.Range(0, series).Select(i => $"s{i}")];
        (string Name, double Value)[] all = [.. names.SelectMany((name, i) => values[i].Where(double.IsFinite).Select(value => (name, value)))];
        Table tall = new("long", [new Column("series", [.. all.Select(row => row.Name)]), new("value", [.. all.Select(row => row.Value)])]);
        Table columns = new("columns", [.. names.Select((name, i) => new Column(name, values[i]))]);
        Table wide =
            new("rows", [new Column("name", names), .. Enumerable.Range(0, rows).Select(t => new Column($"t{t}", [.. values.Select(own => own[t])]))]);

        ForecastDataSpec other = Long with { Targets = ["*"], Inputs = ["*"], Series = [] };
        ForecastTask expected = ForecastTask.Prepare(Long, tall);
        foreach (ForecastTask found in (ForecastTask[])[ForecastTask.Prepare(other with { Layout = SeriesLayout.Columns }, columns),
            ForecastTask.Prepare(other with { Layout = SeriesLayout.Rows }, wide)])
        {
            Assert.Equal(expected.Panel.Series, found.Panel.Series);
            TestTables.AssertSameBits(TestTables.ReadAll(expected.Train), TestTables.ReadAll(found.Train));
            TestTables.AssertSameBits(TestTables.ReadAll(expected.Validation!), TestTables.ReadAll(found.Validation!));
            TestTables.AssertSameBits(TestTables.ReadAll(expected.Test!), TestTables.ReadAll(found.Test!));
            TestTables.AssertSameBits(TestTables.ReadAll(expected.Next), TestTables.ReadAll(found.Next));
            Assert.Equal(expected.DataHash, found.DataHash);
        }
    }, iter: 60);

    [Fact]
    public void Other_columns_are_the_same_for_all_series_of_a_layout_of_columns()
    {
        Table table = TestTables.Of(40, 3);
        ForecastDataSpec spec = new() { Layout = SeriesLayout.Columns, Targets = ["a", "b"], Known = ["c"], Window = 4, Scale = Scaling.None };
        ForecastTask task = ForecastTask.Prepare(spec, table);
        Assert.Equal(["value", "c", "c"], task.Inputs.Select(input => input.Name));
        WindowDataset train = task.Train;
        int second = Enumerable.Range(0, train.Rows).First(row => train.At(row).Series == 1);
        float[][] windows = TestTables.Windows(train);
        Assert.Equal([(float)table.Find("b").Values[0], (float)table.Find("c").Values[0], (float)table.Find("c").Values[1]], windows[second][..3]);
    }

    [Theory]
    [InlineData("x,1,2,3,4\nx,5,6,7,8\n", "f.csv:3:1: Two rows are called 'x'")]
    [InlineData("x,,,,\n", "no row has a number")]
    public void Rows_that_cannot_be_told_apart_or_are_empty_are_refused(string rows, string message)
    {
        var table = TestTables.Parse("name,a,b,c,d\n" + rows);
        Assert.Contains(
            message,
            Assert.Throws<InvalidInputException>(() => PanelBuilder.Build(new() { Targets = ["*"], Layout = SeriesLayout.Rows }, table)).Message);
    }
}
