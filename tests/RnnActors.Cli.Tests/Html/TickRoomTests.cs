using CsCheck;
using RnnActors.Cli.Html;
using Xunit;

namespace RnnActors.Cli.Tests.Html;

public sealed class TickRoomTests
{
    private const double Letter = 7;

    /// <summary>Widths of charts, and the classes that the style sheet hides there.</summary>
    private static readonly (double Width, string[] Hidden)[] Charts =
        [(200, ["r0", "r1", "r2", "r3"]), (250, ["r1", "r2", "r3"]), (420, ["r2", "r3"]), (500, ["r3"])];

    [Fact]
    public void Labels_that_are_shown_never_lie_over_each_other() =>
        Gen.Select(Gen.Int[1, 14], Gen.Int[1, 16], Gen.Double[0, 0.05]).Sample((count, letters, start) =>
    {
        (double At, string Label)[] ticks =
            [.. Enumerable.Range(0, count).Select(i => (start + ((1 - start) * i / Math.Max(1, count - 1)), new string('8', letters)))];
        string[] classes = TickRoom.ClassesOf(ticks);
        foreach ((double width, string[] hidden) in Charts)
        {
            double end = double.NegativeInfinity;
            int shown = 0;
            for (int i = 0; i < count; i++)
            {
                string[] ofLabel = classes[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (ofLabel.Intersect(hidden).Any()) continue;
                double middle = width * ticks[i].At, wide = Letter * letters;
                double left = ofLabel.Contains("first") ? middle : ofLabel.Contains("last") ? middle - wide : middle - (wide / 2);
                Assert.True(left > end, $"{count} labels of {letters} letters at {width} pixels: number {i} lies over the one before");
                end = left + wide;
                shown++;
            }

            Assert.True(shown > 0);
        }
    });

    [Fact]
    public void Where_there_is_room_all_are_shown()
    {
        (double, string)[] ticks = [.. Enumerable.Range(0, 6).Select(i => (i / 5.0, $"{i}"))];
        Assert.All(TickRoom.ClassesOf(ticks), ofLabel => Assert.Empty(ofLabel));
        Assert.Equal(ticks, TickRoom.Shown(ticks, 200));
    }

    [Fact]
    public void Dates_of_a_week_are_fewer_on_a_narrow_chart()
    {
        (double, string)[] week = [.. Enumerable.Range(11, 7).Select(day => ((day - 11) / 6.0, $"2023-09-{day}"))];
        Assert.Equal(7, TickRoom.Shown(week, 1000).Count());
        Assert.Equal(["2023-09-11", "2023-09-13", "2023-09-15", "2023-09-17"], TickRoom.Shown(week, 420).Select(tick => tick.Label));
        Assert.InRange(TickRoom.Shown(week, 200).Count(), 1, 2);
    }
}
