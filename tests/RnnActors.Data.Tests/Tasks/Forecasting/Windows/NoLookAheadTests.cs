using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

/// <summary>Nothing that the network reads depends on what comes later.</summary>
public class NoLookAheadTests
{
    private static readonly Gen<(ForecastDataSpec Spec, Table Table, int Seed)> Cases = Gen
        .Select(Gen.Enum<MissingRule>(), Gen.Enum<WindowNormalization>(), Gen.Enum<TargetBase>(), Gen.Enum<GapRule>(), Gen.Enum<ValueTransform>(),
            Gen.Int[1, 3], Gen.Int)
        .Select((missing, normalize, relativeTo, gaps, transform, series, seed) =>
        {
            bool isRefuse = missing == MissingRule.Refuse;
            var spec = new ForecastDataSpec
            {
                Targets = ["y"],
                Inputs = ["y", "x"],
                Series = series > 1 ? ["id"] : [],
                Known = ["k"],
                Lags = [2, 9],
                RollingMeans = [4],
                Calendar = [CalendarFeature.DayOfWeek],
                Window = 6,
                Horizon = 3,
                Season = 7,
                Missing = missing,
                Normalize = normalize,
                RelativeTo = normalize == WindowNormalization.None ? relativeTo : TargetBase.None,
                Gaps = isRefuse && gaps == GapRule.Insert ? GapRule.Ignore : gaps,
                Transform = transform,
                Scale = Scaling.Standard,
            };
            return (spec, TestTables.Dated(new Random(seed), series, 60, isRefuse ? 0 : 0.3, 0.05), seed);
        });

    [Fact]
    public void What_comes_at_or_behind_the_origin_changes_nothing_that_is_read() => Cases.Sample((spec, table, seed) =>
    {
        if (!TryPrepare(spec, table, out ForecastTask? fitted)) return;
        ForecastTask task = ForecastTask.OfPanel(fitted.Panel.Preparation, PanelBuilder.Build(spec, table));
        var random = new Random(seed);
        for (int i = 0; i < 4; i++)
        {
            Window window = task.Test!.At(random.Next(task.Test.Rows));
            DateTime origin = task.Panel.Time.TimeOf(task.Panel.Series[window.Series], window.Origin)!.Value;
            Table other = ChangedFrom(origin, table, spec.Missing != MissingRule.Refuse, random);
            PreparedPanel changed = PreparedPanel.Create(PanelBuilder.Build(spec, other), fitted.Panel.Preparation);
            WindowRange range = new(window.Series, window.Origin, 1);
            WindowDataset expected = new(task.Panel, range), found = new(changed, range);
            Assert.Equal(TestTables.ReadOne(expected, 0).Inputs.ToArray(), TestTables.ReadOne(found, 0).Inputs.ToArray());
            for (int output = 0; output < expected.Target.Outputs; output++)
                Assert.Equal(expected.Restore(window, output, 0.3), found.Restore(window, output, 0.3));
        }
    }, iter: 150);

    [Fact]
    public void What_comes_behind_the_training_rows_changes_nothing_that_is_fitted() => Cases.Sample((spec, table, seed) =>
    {
        if (!TryPrepare(spec, table, out ForecastTask? task)) return;
        PanelSplit split = PanelSplit.Resolve(spec.Split, PanelBuilder.Build(spec, table));
        DateTime end = split.Train.Select((rows, number) => task.Panel.Time.TimeOf(task.Panel.Series[number], rows.End)!.Value).Min();
        Table other = ChangedFrom(end, table, spec.Missing != MissingRule.Refuse, new Random(seed));
        if (!TryPrepare(spec, other, out ForecastTask? changed)) return;
        Assert.Equal(task.Preparation, changed.Preparation);
    }, iter: 100);

    /// <summary>A category that comes later is no input of the network: it would have told that it comes.</summary>
    [Fact]
    public void Categories_behind_the_training_rows_are_unknown() => Gen.Select(Gen.Int[1, 3], Gen.Int[0, 3], Gen.Int).Sample((series, late, seed) =>
    {
        var random = new Random(seed);
        Table table = TestTables.Dated(random, series, 60);
        string[] early = ["rain", "sun"];
        var spec = new ForecastDataSpec { Targets = ["y"], Inputs = ["y", "sky", "wind"], Embedded = ["wind"], Series = ["id"], Window = 6 };
        PanelSplit split = PanelSplit.Resolve(spec.Split, PanelBuilder.Build(spec, WithSky(_ => early[0])));
        DateTime end = split.Train.Max(range => table.Times!.Local[range.End - 1]);
        string[] days = [.. Enumerable.Range(0, table.Rows).Select(_ => early[random.Next(2)])];
        Preparation Fitted(string[] later) => ForecastTask.Prepare(
            spec, WithSky(row => table.Times!.Local[row] <= end ? days[row] : later[random.Next(later.Length)])).Panel.Preparation;

        Preparation fitted = Fitted(late == 0 ? early : [.. early, .. Enumerable.Range(0, late).Select(i => $"snow{i}")]);
        Assert.Equal(early, fitted.Inputs.Where(input => input.Category is not null).Select(input => input.Category));
        Assert.Equal(early, fitted.Embedded![0].Categories);

        Table WithSky(Func<int, string> sky) => table.With(
            [.. table.Columns, .. ((string[])["sky", "wind"]).Select(name => new Column(name, [.. Enumerable.Range(0, table.Rows).Select(sky)]))], table.Times);
    }, iter: 30);

    /// <summary>Between two values that are known, a straight line: what lay on one is found again, whatever of it is missing.</summary>
    [Fact]
    public void Values_on_a_line_are_found_again_between_those_that_are_known() => Gen.Select(Gen.Int[1, 3], Gen.Double[-5, 5], Gen.Int)
        .Sample((series, slope, seed) =>
        {
            var random = new Random(seed);
            Table whole = TestTables.Change(TestTables.Dated(random, series, 60), "x", (row, _) => 7 + (slope * row));
            string[] ids = [.. whole.Find("id").Texts!];
            Table table = TestTables.Change(whole, "x", (row, value) =>
                row > 0 && ids[row - 1] == ids[row] && row + 1 < ids.Length && ids[row + 1] == ids[row] && random.Next(3) > 0 ? double.NaN : value);
            var spec = new ForecastDataSpec { Targets = ["y"], Inputs = ["x"], Series = ["id"], Window = 6, Missing = MissingRule.Linear };
            Panel panel = PanelBuilder.Build(spec, table);
            FilledColumn filled = FilledColumn.Fill(panel, panel.Table.Numbers("x"), MissingRule.Linear, _ => 0, own => own.Known);
            for (int row = 0; row < panel.Rows; row++) Assert.Equal(7 + (slope * row), filled.Values[row], 1e-9);
        }, iter: 50);

    /// <summary>A network that is trained once is told later origins in the scales that it learnt.</summary>
    [Fact]
    public void Another_origin_keeps_what_was_fitted_and_the_rows_of_training() => Gen.Select(Gen.Int[1, 3], Gen.Enum<WindowNormalization>(), Gen.Int)
        .Sample((series, normalize, seed) =>
        {
            Table table = TestTables.Dated(new Random(seed), series, 70);
            var spec = new ForecastDataSpec
            {
                Targets = ["y"],
                Inputs = ["y", "x"],
                Series = series > 1 ? ["id"] : [],
                Window = 6,
                Horizon = 3,
                Normalize = normalize,
                Split = new(SplitSpec.Rest, 8, 3) { Unused = 10 },
            };
            ForecastTask task = ForecastTask.Prepare(spec, table);
            foreach (int later in (int[])[10, 4, 0])
            {
                var at = (ForecastTask)task.AtOrigin(later);
                Assert.Equal(task.Preparation, at.Preparation);
                TestTables.AssertSameBits(TestTables.ReadAll(task.Train), TestTables.ReadAll(at.Train));
                Assert.Equal(later, (table.Times!.Local.Max() - LastOf(at)).Days);
            }

            DateTime LastOf(ForecastTask at) => at.Panel.Series.Max(own => at.Panel.Time.TimeOf(own, own.Known - 1)!.Value);
        }, iter: 20);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_window_that_begins_in_a_gap_reads_what_stands_before_it(int series)
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(i => (i % 20) < 9 ? double.NaN : i)];
        Column id = new Column("id", [.. Enumerable.Range(0, 40).Select(i => $"{i / (40 / series)}")]);
        Table table = new("gaps", [id, new("x", x), new("y", [.. Enumerable.Range(0, 40).Select(i => (double)i)])]);
        var spec = new ForecastDataSpec
        {
            Targets = ["y"],
            Inputs = ["x"],
            Series = ["id"],
            Window = 4,
            Scale = Scaling.None,
            Missing = MissingRule.Linear,
            Split = new(1),
        };
        WindowDataset train = ForecastTask.Prepare(spec, table).Train;
        float mean = series == 1 ? TestTables.Windows(train)[0][0] : (9 + 19) / 2f;
        Assert.Equal([mean, mean, mean, mean], TestTables.Windows(train)[0]);
        Window last = train.At(train.Rows - 1);
        Assert.Equal([35, 36, 37, 38], TestTables.Windows(train)[^1]);
        Assert.Equal(39, last.Origin);
        int inSecondGap = Enumerable.Range(0, train.Rows).First(row => train.At(row).Origin == 26);
        float before = series == 1 ? 19 : 34; // the last value of the series, or the mean of the second one
        Assert.Equal([before, before, before, before], TestTables.Windows(train)[inSecondGap]);
    }

    /// <summary>False where the gaps leave a part no window.</summary>
    private static bool TryPrepare(ForecastDataSpec spec, Table table, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ForecastTask? task)
    {
        try
        {
            task = ForecastTask.Prepare(spec, table);
            return true;
        }
        catch (InvalidInputException problem) when (problem.Message.StartsWith("The split has", StringComparison.Ordinal))
        {
            task = null;
            return false;
        }
    }

    /// <summary>Other values of y and x from a date on, but for the last two rows of each series: these stay observed.</summary>
    private static Table ChangedFrom(DateTime date, Table table, bool mayBeMissing, Random random)
    {
        string[] ids = [.. table.Find("id").Texts!];
        Table changed = table;
        foreach (string name in (string[])["y", "x"])
        {
            changed = TestTables.Change(changed, name, (row, value) => table.Times!.Local[row] < date ? value
                : mayBeMissing && row + 2 < ids.Length && ids[row + 2] == ids[row] && random.Next(3) == 0 ? double.NaN
                    : Math.Round(1000 * random.NextDouble(), 1) + 1);
        }

        return changed;
    }
}
