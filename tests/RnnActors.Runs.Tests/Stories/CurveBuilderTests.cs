using RnnActors.Runs.Stories;
using Xunit;

namespace RnnActors.Runs.Tests.Stories;

public sealed class CurveBuilderTests
{
    [Fact]
    public void A_million_steps_are_thinned_and_not_cut()
    {
        var builder = new CurveBuilder("loss");
        const int Steps = 1_000_000;
        for (int step = 1; step <= Steps; step++) builder.Add(step, step == 777_777 ? -5 : step == 123_456 ? 9 : Math.Sin(step / 1e5));
        StoryCurve curve = builder.Read();

        Assert.InRange(curve.At.Length, CurveBuilder.MaxPoints / 2, CurveBuilder.MaxPoints + 2);
        Assert.Equal((1, Steps), (curve.At[0], curve.At[^1]));
        Assert.Equal((Math.Sin(1 / 1e5), Math.Sin(Steps / 1e5)), (curve.Values[0], curve.Values[^1]));
        Assert.Equal((-5, 9), (curve.Lowest.Min(), curve.Highest.Max()));
        Assert.Equal(curve.At.Distinct().Order(), curve.At);
        for (int i = 0; i < curve.At.Length; i++)
        {
            Assert.InRange(curve.Values[i], curve.Lowest[i], curve.Highest[i]);
            Assert.InRange(curve.Values[i], Math.Sin(curve.At[i] / 1e5) - 0.02, Math.Sin(curve.At[i] / 1e5) + 0.02);
        }
    }

    [Fact]
    public void A_short_curve_is_kept_as_it_is()
    {
        var builder = new CurveBuilder("loss");
        for (int step = 1; step <= CurveBuilder.MaxPoints; step++) builder.Add(step, step * step);
        StoryCurve curve = builder.Read();
        Assert.Equal(Enumerable.Range(1, CurveBuilder.MaxPoints).Select(step => (double)step), curve.At);
        Assert.Equal(curve.At.Select(step => step * step), curve.Values);
    }

    [Fact]
    public void Steps_that_are_seen_again_and_what_is_no_number_are_left_out()
    {
        var builder = new CurveBuilder("loss");
        foreach ((int step, double value) in ((int, double)[])[(1, 4), (2, 3), (3, 2), (2, 30), (3, 20), (4, double.NaN), (5, 1)]) builder.Add(step, value);
        Assert.Equal([4, 3, 2, 1], builder.Read().Values);
    }

    [Fact]
    public void A_resumed_curve_forgets_what_came_behind_its_start_and_goes_on()
    {
        var builder = new CurveBuilder("loss");
        for (int step = 1; step <= 5000; step++) builder.Add(step, step);
        var resumed = CurveBuilder.From(builder.Read(), 3000);
        Assert.InRange(resumed.Read().At[^1], 2980, 3000);
        for (int step = 3001; step <= 9000; step++) resumed.Add(step, step);
        StoryCurve curve = resumed.Read();
        Assert.Equal((1, 9000), (curve.At[0], curve.At[^1]));
        Assert.All(Enumerable.Range(0, curve.At.Length), i => Assert.InRange(curve.Values[i], curve.At[i] - 16, curve.At[i] + 16));
    }
}
