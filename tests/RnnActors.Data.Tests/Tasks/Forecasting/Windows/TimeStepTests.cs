using System.Globalization;
using CsCheck;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class TimeStepTests
{
    private static readonly Gen<TimeStep> Steps = Gen.OneOf(
        Gen.Int[1, 24].Select(months => new TimeStep(TimeUnit.Months, months)),
        Gen.Int[1, 24].Select(months => new TimeStep(TimeUnit.MonthEnds, months)),
        Gen.Const(new TimeStep(TimeUnit.BusinessDays, 1)),
        Gen.Int[1, 100_000].Select(seconds => new TimeStep(TimeUnit.Ticks, seconds * TimeSpan.TicksPerSecond)));

    [Theory]
    [InlineData("2024-01-15 2024-02-15 2024-03-15 2024-04-15", TimeUnit.Months, 1)]
    [InlineData("2023-10-31 2023-11-30 2023-12-31 2024-01-31 2024-02-29", TimeUnit.MonthEnds, 1)]
    [InlineData("2023-03-31 2023-06-30 2023-09-30 2023-12-31", TimeUnit.MonthEnds, 3)]
    [InlineData("2021-01-01 2022-01-01 2023-01-01 2024-01-01", TimeUnit.Months, 12)]
    [InlineData("2024-02-28 2024-02-29 2024-03-01 2024-03-04 2024-03-05 2024-03-06", TimeUnit.BusinessDays, 1)]
    [InlineData("2024-02-26 2024-02-27 2024-02-28", TimeUnit.Ticks, TimeSpan.TicksPerDay)] // no weekend was skipped
    [InlineData("2024-03-01 2024-03-02 2024-03-04 2024-03-05", TimeUnit.Ticks, TimeSpan.TicksPerDay)] // one was worked
    [InlineData("2024-03-01T22:00 2024-03-01T23:00 2024-03-02T00:00 2024-03-05T00:00", TimeUnit.Ticks, TimeSpan.TicksPerHour)]
    public void The_usual_step_is_found(string dates, TimeUnit unit, long count) =>
        Assert.Equal(new TimeStep(unit, count), TimeStep.Find([[.. dates.Split(' ').Select(date => DateTime.Parse(date, CultureInfo.InvariantCulture))]]));

    [Fact]
    public void Series_of_one_row_have_no_step()
    {
        Assert.Null(TimeStep.Find([[new DateTime(2024, 1, 1)], []]));
        Assert.Equal(TimeSpan.TicksPerDay, TimeStep.Find([[new DateTime(2024, 1, 1)], [new DateTime(2024, 5, 1), new DateTime(2024, 5, 2)]])!.Value.Count);
    }

    [Fact]
    public void As_many_steps_lie_between_as_were_added() =>
        Gen.Select(Steps, Gen.Int[0, 20_000], Gen.Int[1, 300], Gen.Bool).Sample((step, day, steps, hasTime) =>
    {
        DateTime from = OnStep(step, new DateTime(1990, 1, 1).AddDays(day).AddHours(hasTime ? 5.5 : 0)), to = step.Add(from, steps);
        Assert.Equal(steps, step.Between(from, to));
        Assert.Equal(0, step.Between(to, from));
        Assert.Equal(0, step.Between(from, from));
        Assert.Equal(0, step.Between(from, to.AddMilliseconds(1)));
    }, iter: 2000);

    [Fact]
    public void A_series_that_was_made_with_a_step_has_it() => Gen.Select(Steps, Gen.Int[0, 20_000], Gen.Int[8, 60]).Sample((step, day, rows) =>
    {
        DateTime from = OnStep(step, new DateTime(1990, 1, 1).AddDays(day));
        if (step.Unit == TimeUnit.Months && from.Day > 28) from = from.AddDays(-5); // the 31st is not in every month
        Assert.Equal(step, TimeStep.Find([[.. Enumerable.Range(0, rows).Select(i => step.Add(from, i))]]));
    }, iter: 500);

    [Fact]
    public void Business_days_are_never_at_the_weekend() => Gen.Select(Gen.Int[0, 5000], Gen.Int[1, 200]).Sample((day, steps) =>
    {
        TimeStep step = new(TimeUnit.BusinessDays, 1);
        DateTime to = step.Add(new DateTime(2010, 1, 1).AddDays(day), steps);
        Assert.False(to.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
    }, iter: 300);

    [Theory]
    [InlineData(TimeUnit.Ticks, TimeSpan.TicksPerHour, "1:00:00")]
    [InlineData(TimeUnit.Ticks, TimeSpan.TicksPerDay, "1 day")]
    [InlineData(TimeUnit.Ticks, 7 * TimeSpan.TicksPerDay, "7 days")]
    [InlineData(TimeUnit.Months, 3, "3 months")]
    [InlineData(TimeUnit.MonthEnds, 12, "1 year")]
    [InlineData(TimeUnit.BusinessDays, 1, "a business day")]
    public void A_step_is_told_in_words(TimeUnit unit, long count, string words) => Assert.Equal(words, new TimeStep(unit, count).ToString());

    private static DateTime OnStep(TimeStep step, DateTime date) => step.Unit switch
    {
        TimeUnit.MonthEnds => date.AddDays(DateTime.DaysInMonth(date.Year, date.Month) - date.Day),
        TimeUnit.BusinessDays when date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday => date.AddDays(2),
        _ => date,
    };
}
