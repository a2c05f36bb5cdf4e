using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Levels that are kept at the beginning of each block are those that are followed from window to window, to the bit.</summary>
public class IntervalLevelsTests
{
    private static readonly double[] Wanted = [0.8, 0.95, 0.2];

    /// <param name="horizon">One of which a block of windows is longer than 8,192 values, too.</param>
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(150, false)]
    public void They_are_those_that_every_value_was_followed_by(int horizon, bool isMixed)
    {
        WindowDataset part = Part(horizon, isMixed);
        Dictionary<string, double[]> before = new() { ["b"] = [.. Enumerable.Range(0, Wanted.Length * part.Target.Outputs).Select(i => 0.3 + (i % 7 * 0.1))] };
        IntervalLevels levels = new(part, Wanted, name => before.GetValueOrDefault(name), BoundsAt);
        (float[] lower, float[] upper, Dictionary<string, double[]> after) = Followed(part, before, [0, 2]);
        var bounds = levels.Bounds([0, 2]);
        var random = new Random(3);
        for (int i = 0; i < lower.Length; i++) Assert.Equal((lower[i], upper[i]), bounds(i));
        foreach (int i in Enumerable.Range(0, 50).Select(_ => random.Next(lower.Length))) Assert.Equal((lower[i], upper[i]), bounds(i));
        Assert.Equal(after.Keys.Order(), levels.After.Keys.Order());
        foreach ((string name, double[] own) in after) Assert.Equal(own, levels.After[name]);
    }

    private static (double Lower, double Upper) BoundsAt(int level, int at, double own) => (-own * (1 + (at % 5)), own * (2 + (at % 3)) / (1 + level));

    /// <summary>Two series; some of their values are missing.</summary>
    private static WindowDataset Part(int horizon, bool isMixed)
    {
        const int rows = 9000;
        var random = new Random(5);
        double[] values = [.. Enumerable.Range(0, rows).Select(row => row % 11 == 3 ? double.NaN : random.NextDouble() - 0.5)];
        string[] names = [.. Enumerable.Range(0, rows).Select(row => row < 6000 ? "a" : "b")];
        ForecastDataSpec spec = new()
        {
            Targets = ["y"],
            Inputs = ["y"],
            Series = ["name"],
            Window = 3,
            Horizon = horizon,
            Missing = MissingRule.Previous,
            Split = new(0.2, 0.1, 0.7),
        };
        WindowDataset test = ForecastTask.Prepare(spec, new Table("noise", [new Column("name", names), new Column("y", values)])).Test!;
        if (!isMixed) return test;
        WindowRange first = test.Ranges[0], second = test.Ranges[1];
        return new WindowDataset(
            test.Panel, first with { Origin = first.Origin + 900, Count = 700 }, second, first with { Count = 500 },
            first with { Origin = first.Origin + 100, Count = 40 });
    }

    /// <summary>Every level of every window, one after the other.</summary>
    private static (float[] Lower, float[] Upper, Dictionary<string, double[]> After) Followed(
        WindowDataset part, Dictionary<string, double[]> before, int[] shown)
    {
        int outputs = part.Target.Outputs, horizon = part.Panel.Shape.Horizon;
        float[] lower = new float[part.Rows * outputs], upper = new float[part.Rows * outputs];
        lower.AsSpan().Fill(float.NaN);
        upper.AsSpan().Fill(float.NaN);
        Dictionary<string, double[]> after = [];
        foreach (var series in Enumerable.Range(0, part.Rows).GroupBy(row => part.At(row).Series))
        {
            string name = part.Panel.Series[series.Key].Name;
            int[] rows = [.. series.OrderBy(row => part.At(row).Origin)];
            after[name] = new double[Wanted.Length * outputs];
            for (int at = 0; at < Wanted.Length; at++)
            {
                for (int output = 0; output < outputs; output++)
                {
                    double level = before.GetValueOrDefault(name)?[(at * outputs) + output] ?? Wanted[at];
                    int known = 0;
                    foreach (int row in rows)
                    {
                        for (; part.At(rows[known]).Origin + (output % horizon) < part.At(row).Origin; known++) level = Next(rows[known], level);
                        if (!shown.Contains(at)) continue;
                        int i = (row * outputs) + output;
                        (double low, double high) = BoundsAt(at, i, level);
                        lower[i] = float.IsNaN(lower[i]) ? (float)low : Math.Min(lower[i], (float)low);
                        upper[i] = float.IsNaN(upper[i]) ? (float)high : Math.Max(upper[i], (float)high);
                    }

                    for (; known < rows.Length; known++) level = Next(rows[known], level);
                    after[name][(at * outputs) + output] = level;

                    double Next(int row, double level)
                    {
                        double target = (float)part.TargetOf(part.At(row), output);
                        (double low, double high) = BoundsAt(at, (row * outputs) + output, level);
                        return double.IsNaN(target) ? level : AdaptiveConformal.Next(level, Wanted[at], target >= low && target <= high);
                    }
                }
            }
        }

        return (lower, upper, after);
    }
}
