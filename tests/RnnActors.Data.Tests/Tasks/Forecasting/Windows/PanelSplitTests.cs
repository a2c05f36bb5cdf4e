using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class PanelSplitTests
{
    private static readonly ForecastDataSpec Spec = new() { Targets = ["y"], Series = ["id"], Window = 4 };

    [Fact]
    public void Series_with_dates_are_divided_at_the_same_dates() =>
        Gen.Select(Gen.Int[2, 5], Gen.Double[0.3, 0.6], Gen.Double[0.1, 0.3], Gen.Int).Sample((series, train, test, seed) =>
    {
        Panel panel = PanelBuilder.Build(Spec, TestTables.Dated(new Random(seed), series, 50));
        PanelSplit split = PanelSplit.Resolve(new(train, 1 - train - test, test), panel);
        DateTime[] Of(IReadOnlyList<RowRange> part) =>
            [.. part.SelectMany(range => Enumerable.Range(range.Start, range.Count)).Select(row => panel.Dates![row])];
        DateTime[] first = Of(split.Train), second = Of(split.Validation), third = Of(split.Test);
        Assert.True(first.Max() < second.Min() && second.Max() < third.Min());
        Assert.Equal(panel.Rows, first.Length + second.Length + third.Length);
        Assert.Null(split.DescribeUnused(panel));
    }, iter: 100);

    [Fact]
    public void Series_without_dates_are_divided_each_by_its_own_rows()
    {
        Table dated = TestTables.Dated(new Random(1), 2, 43);
        Panel panel = PanelBuilder.Build(Spec, dated.With(dated.Columns, null));
        PanelSplit split = PanelSplit.Resolve(new(0.5, 0.25, 0.25), panel);
        Assert.Equal([new(0, 21), new(43, 63)], split.Train);
        Assert.Equal([new(21, 32), new(63, 73)], split.Validation);
        Assert.Equal([new(32, 43), new(73, 83)], split.Test);
    }

    [Fact]
    public void The_rest_is_what_validation_and_test_leave_at_the_end()
    {
        Table table = TestTables.Of(50, 1);
        Panel panel = PanelBuilder.Build(new() { Targets = ["a"] }, table);
        PanelSplit split = PanelSplit.Resolve(new(SplitSpec.Rest, 5, 0.2), panel);
        Assert.Equal((new(0, 35), new(35, 40), new(40, 50)), (split.Train[0], split.Validation[0], split.Test[0]));
        Panel series = PanelBuilder.Build(Spec, TestTables.Dated(new Random(1), 2, 40));
        PanelSplit atDates = PanelSplit.Resolve(new(SplitSpec.Rest, 5, 10), series);
        Assert.Equal([10, 9], atDates.Test.Select(range => range.Count)); // the second ends a day before the first
        Assert.Contains(
            "leaves no rows to train on",
            Assert.Throws<InvalidInputException>(() => PanelSplit.Resolve(new(SplitSpec.Rest, 20, 30), panel)).Message);
    }

    [Fact]
    public void Rows_that_no_part_uses_are_said()
    {
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["a"], Window = 4, Split = new(30, 10, 5) }, TestTables.Of(50, 1));
        Assert.Contains("data.split uses 45 of 50 rows: the last 5 have no part in training or tests", task.Notes);
    }

    [Fact]
    public void A_split_that_asks_for_more_than_there_is_counts_dates() => Assert.Contains(
        "The split wants 60 dates",
            Assert.Throws<InvalidInputException>(() => PanelSplit.Resolve(new(40, 10, 10), PanelBuilder.Build(Spec, TestTables.Dated(new Random(1), 2, 40))))
            .Message);
}
