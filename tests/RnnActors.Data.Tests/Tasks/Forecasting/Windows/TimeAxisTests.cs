using System.Globalization;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class TimeAxisTests
{
    [Theory]
    [InlineData("1960-11-01", "1960-12-01", "1961-01", "1961-02")]
    [InlineData("2023-10-15", "2023-12-15", "2024-02-15", "2024-04-15")]
    [InlineData("2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29")]
    [InlineData("2023-12-30", "2023-12-31", "2024-01-01", "2024-01-02")]
    [InlineData("2023-12-17", "2023-12-24", "2023-12-31", "2024-01-07")]
    [InlineData("2018-06-26 22:00", "2018-06-26 23:00", "2018-06-27 00:00", "2018-06-27 01:00")]
    [InlineData("2018-06-26 22:00:30", "2018-06-26 22:01:00", "2018-06-26 22:01:30", "2018-06-26 22:02:00")]
    [InlineData("1959-01-01", "1960-01-01", "1961", "1962")]
    [InlineData("9999-12-30", "9999-12-31", "3", "4")]
    public void Dates_go_on_by_their_last_step(string previous, string last, string next, string nextButOne)
    {
        TimeAxis axis = new([DateTime.Parse(previous, CultureInfo.InvariantCulture), DateTime.Parse(last, CultureInfo.InvariantCulture)]);
        SeriesRows rows = new("", 0, 2, 2);
        Assert.Equal((next, nextButOne), (axis.LabelOf(rows, 2), axis.LabelOf(rows, 3)));
    }

    [Fact]
    public void Rows_without_dates_are_numbered_from_one()
    {
        TimeAxis axis = new(null);
        SeriesRows rows = new("", 0, 11, 11);
        Assert.Equal(("1", "11"), (axis.LabelOf(rows, 0), axis.LabelOf(rows, 10)));
        Assert.Null(axis.TimeOf(rows, 0));
    }
}
