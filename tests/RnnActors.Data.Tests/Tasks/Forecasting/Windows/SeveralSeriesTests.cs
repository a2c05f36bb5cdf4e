using CsCheck;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class SeveralSeriesTests
{
    private static readonly Gen<(ForecastDataSpec Spec, Table Table)> Cases = Gen
        .Select(Gen.Enum<WindowNormalization>(), Gen.Enum<MissingRule>(), Gen.Enum<Scaling>(), Gen.Int[2, 4], Gen.Int)
        .Select((normalize, missing, scale, series, seed) => (new ForecastDataSpec
        {
            Targets = ["y"],
            Inputs = ["y", "x"],
            Series = ["id"],
            Known = ["k"],
            Lags = [8],
            RollingMeans = [3],
            Window = 5,
            Horizon = 3,
            Missing = missing,
            Normalize = normalize,
            Scale = scale,
        }, TestTables.Dated(new Random(seed), series, 60, missing == MissingRule.Refuse ? 0 : 0.2)));

    [Fact]
    public void No_window_crosses_the_border_of_a_series() => Cases.Sample((spec, table) =>
    {
        ForecastTask task = ForecastTask.Prepare(spec, table);
        IReadOnlyList<string?> ids = table.Find("id").Texts!;
        foreach (WindowDataset part in (WindowDataset[])[task.Train, task.Validation!, task.Test!])
        {
            for (int row = 0; row < part.Rows; row++)
            {
                Window window = part.At(row);
                Assert.All(Enumerable.Range(window.Origin - 5, 8), at => Assert.Equal(task.Panel.Series[window.Series].Name, ids[at]));
            }
        }
    }, iter: 30);

    [Fact]
    public void Series_together_are_read_as_each_alone() => Cases.Sample((spec, table) =>
    {
        Preparation fitted = ForecastTask.Prepare(spec, table).Panel.Preparation;
        ForecastTask all = ForecastTask.OfPanel(fitted, PanelBuilder.Build(spec, table));
        int seen = 0;
        for (int number = 0; number < all.Panel.Series.Count; number++)
        {
            string name = all.Panel.Series[number].Name;
            IReadOnlyList<string?> ids = table.Find("id").Texts!;
            WindowDataset alone = ForecastTask.OfPanel(fitted, PanelBuilder.Build(spec, TestTables.Only(table, row => ids[row] == name))).Test!;
            int[] rows = [.. Enumerable.Range(0, all.Test!.Rows).Where(row => all.Test.At(row).Series == number)];
            Batch expected = alone.CreateBatch(alone.Rows), found = all.Test.CreateBatch(rows.Length);
            alone.Read([.. Enumerable.Range(0, alone.Rows)], expected);
            all.Test.Read(rows, found);
            TestTables.AssertSameBits(expected, found);
            seen += rows.Length;
        }

        Assert.Equal(all.Test!.Rows, seen);
    }, iter: 60);

    [Fact]
    public void Series_that_lie_mixed_are_sorted_out()
    {
        Table table = TestTables.Dated(new Random(4), 3, 40);
        int[] byDate = [.. Enumerable.Range(0, table.Rows).OrderBy(row => table.Times!.Local[row])];
        ForecastDataSpec spec = new() { Targets = ["y"], Series = ["id"], Window = 4 };
        ForecastTask task = ForecastTask.Prepare(spec, table), mixed = ForecastTask.Prepare(spec, table.Select(byDate));
        Assert.Equal(task.DataHash, mixed.DataHash);
        Assert.Equal(task.Preparation, mixed.Preparation);
    }

    [Fact]
    public void Each_series_is_forecast_behind_its_own_end()
    {
        ForecastTask task =
            ForecastTask.Prepare(new() { Targets = ["y"], Series = ["id"], Window = 4, Horizon = 2, RelativeTo = TargetBase.Last, Scale = Scaling.None },
            TestTables.Dated(new Random(4), 3, 40));
        IReadOnlyList<Forecast> forecasts = task.Forecast(new float[6]);
        Assert.Equal(["s0", "s1", "s2"], forecasts.Select(forecast => forecast.Series));
        Assert.Equal([new DateTime(2024, 2, 10), new DateTime(2024, 2, 9), new DateTime(2024, 2, 8)],
            forecasts.Select(forecast => forecast.Time[0].Date!.Value));
        double[] y = task.Panel.Actual;
        Assert.Equal([y[39], y[39 + 37], y[^1]], forecasts.Select(forecast => forecast.Targets[0].Values[1]));
    }

    [Fact]
    public void A_series_that_is_new_takes_the_scale_of_all_and_is_named()
    {
        Table table = TestTables.Dated(new Random(4), 3, 40);
        ForecastDataSpec spec = new() { Targets = ["y"], Inputs = ["y"], Series = ["id"], Window = 4 };
        IReadOnlyList<string?> ids = table.Find("id").Texts!;
        Preparation fitted = ForecastTask.Prepare(spec, TestTables.Only(table, row => ids[row] != "s2")).Panel.Preparation;
        ForecastTask task = ForecastTask.OfPanel(fitted, PanelBuilder.Build(spec, table));
        Assert.Equal(fitted.Targets[0].Scale, task.Panel.TargetScale(2, 0));
        Assert.NotEqual(fitted.Targets[0].Scale, task.Panel.TargetScale(1, 0));
        Assert.Contains(task.Notes, note => note.Contains("(s2)", StringComparison.Ordinal));
    }
}
