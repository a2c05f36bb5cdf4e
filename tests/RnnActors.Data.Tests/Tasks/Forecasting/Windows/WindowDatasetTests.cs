using CsCheck;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class WindowDatasetTests
{
    private static readonly Gen<(int Columns, int Targets, int Window, int Horizon, int Season, TargetBase Base)> Shapes =
        Gen.Int[1, 4].SelectMany(columns => Gen.Select(
            Gen.Const(columns), Gen.Int[1, columns], Gen.Int[1, 9], Gen.Int[1, 6], Gen.Int[1, 12], Gen.Enum<TargetBase>()));

    [Fact]
    public void Windows_are_the_rows_before_their_targets() => Shapes.Sample((columns, targets, window, horizon, season, relativeTo) =>
    {
        Table table = TestTables.Of(80, columns);
        ForecastTask task = ForecastTask.Prepare(Spec(columns, targets) with
        {
            Window = window,
            Horizon = horizon,
            Season = season,
            RelativeTo = relativeTo,
            Split = new(40, 20, 20),
        }, table);

        int reach = relativeTo == TargetBase.Seasonal ? Math.Max(window, season) : window;
        Assert.Equal((reach, 40 - horizon - reach + 1), (task.Train.FirstOrigin, task.Train.Rows));
        Assert.Equal((40, 21 - horizon), (task.Validation!.FirstOrigin, task.Validation.Rows));
        Assert.Equal((60, 21 - horizon), (task.Test!.FirstOrigin, task.Test.Rows));
        foreach (WindowDataset part in new[] { task.Train, task.Validation, task.Test })
        {
            Batch batch = TestTables.ReadAll(part);
            for (int b = 0; b < part.Rows; b++)
            {
                int origin = part.FirstOrigin + b;
                for (int t = 0; t < window; t++)
                    for (int i = 0; i < columns; i++)
                        Assert.Equal((float)table.Columns[i].Values[origin - window + t], batch.Inputs[(((t * part.Rows) + b) * columns) + i]);
                for (int target = 0; target < targets; target++)
                    for (int step = 0; step < horizon; step++)
                        Assert.Equal(Plain(table.Columns[target].Values, origin, step), batch.Targets[(((b * targets) + target) * horizon) + step], 1e-5f);
            }
        }

        float Plain(double[] values, int origin, int step)
        {
            int seasonBefore = origin + step;
            while (seasonBefore >= origin) seasonBefore -= season;
            return (float)(values[origin + step] - relativeTo switch
            {
                TargetBase.Last => values[origin - 1],
                TargetBase.Seasonal => values[seasonBefore],
                _ => 0,
            });
        }
    }, iter: 200);

    [Fact]
    public void Rows_are_read_in_the_order_asked_for()
    {
        WindowDataset train = ForecastTask.Prepare(Spec(2, 1) with { Window = 3 }, TestTables.Of(40, 2)).Train;
        Batch all = TestTables.ReadAll(train), some = train.CreateBatch(5);
        train.Read([7, 0, 7], some);
        Assert.Equal(3, some.Rows);
        Assert.Equal([all.Targets[7], all.Targets[0], all.Targets[7]], some.Targets.ToArray());
        Assert.Equal(all.Inputs[((1 * train.Rows) + 0) * 2], some.Inputs[((1 * 3) + 1) * 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => train.Read([train.Rows], some));
    }

    [Fact]
    public void The_calendar_stands_behind_the_columns()
    {
        DateTime[] times = [.. Enumerable.Range(0, 60).Select(i => new DateTime(2023, 12, 30, 5, 30, 0).AddHours(7 * i))];
        Table table = new("dated", TestTables.Of(60, 1).Columns, times);
        ForecastTask task = ForecastTask.Prepare(Spec(1, 1) with { Window = 1, Calendar = Enum.GetValues<CalendarFeature>() }, table);
        Batch batch = TestTables.ReadAll(task.Train);
        Assert.Equal(1 + (2 * 4), task.Input.Features);
        for (int row = 0; row < task.Train.Rows; row++)
        {
            DateTime time = times[row];
            double days = DateTime.IsLeapYear(time.Year) ? 366 : 365;
            double[] turns = [time.TimeOfDay.TotalDays, (int)time.DayOfWeek / 7.0, (time.DayOfYear - 1) / days, (time.Month - 1) / 12.0];
            for (int i = 0; i < turns.Length; i++)
            {
                Assert.Equal((float)Math.Sin(2 * Math.PI * turns[i]), batch.Inputs[(row * 9) + 1 + (2 * i)], 1e-7f);
                Assert.Equal((float)Math.Cos(2 * Math.PI * turns[i]), batch.Inputs[(row * 9) + 2 + (2 * i)], 1e-7f);
            }
        }
    }

    internal static ForecastDataSpec Spec(int columns, int targets) => new()
    {
        Targets = [.. Enumerable.Range(0, targets).Select(i => ((char)('a' + i)).ToString())],
        Inputs = [.. Enumerable.Range(0, columns).Select(i => ((char)('a' + i)).ToString())],
        Scale = Scaling.None,
    };
}
