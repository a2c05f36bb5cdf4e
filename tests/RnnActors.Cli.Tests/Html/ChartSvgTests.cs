using System.Xml.Linq;
using RnnActors.Cli.Html;
using RnnActors.Runs.Pictures;
using Xunit;

namespace RnnActors.Cli.Tests.Html;

public class ChartSvgTests
{
    private const string Evil = "<script>alert(1)</script>\" & \u0001\uFFFF";

    [Fact]
    public void A_file_is_well_formed_needs_nothing_else_and_says_what_the_chart_says()
    {
        string text = ChartSvg.Of(Evil, new Chart("x", Evil)
        {
            Lines = [new(Evil, ChartRole.Actual, [0, 1, 2], [1, double.NaN, 3]), new("other", ChartRole.Other, [0, 2], [2, 1])],
            Bands = [new("band", ChartRole.Predicted, [0, 2], [0, 1], [2, 3])],
            Marks = [new(1, "mark")],
        })!;

        XElement svg = XDocument.Parse(text).Root!;
        XNamespace space = "http://www.w3.org/2000/svg";
        Assert.Empty(svg.Descendants(space + "script"));
        string harmless = Evil.Replace('\u0001', '\uFFFD').Replace('\uFFFF', '\uFFFD');
        Assert.Equal([harmless, harmless, "other", "band", "mark", harmless], svg.Elements(space + "text").Take(6).Select(element => element.Value));

        // Programs that draw SVG files know no variables of style sheets.
        foreach (string outside in (string[])["var(", "url(", "href", "NaN"]) Assert.DoesNotContain(outside, text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("://").Length);
    }

    [Fact]
    public void Nothing_to_draw_is_no_file() =>
        Assert.Null(ChartSvg.Of("title", new Chart("x", "y") { Lines = [new("line", ChartRole.Actual, [0], [double.NaN])] }));

    /// <summary>What was predicted rightly lies on the line from corner to corner.</summary>
    [Fact]
    public void A_diagonal_is_where_both_values_are_equal()
    {
        for (int highest = 30; highest <= 400; highest++)
        {
            var chart = new Chart("actual", "predicted") { HasDiagonal = true, Lines = [new("rows", ChartRole.Predicted, [27, 53], [28.5, highest])] };
            var (x, y, _) = ChartHtml.ScalesOf(chart)!.Value;
            foreach (double value in (double[])[27, 40, highest]) Assert.Equal(y.Of(value), x.Of(value), 1e-12);
        }
    }

    /// <summary>Half a row is no height of a bar.</summary>
    [Fact]
    public void An_axis_of_counts_has_whole_numbers()
    {
        for (int highest = 1; highest <= 200; highest++)
        {
            var chart = new Chart("error", "rows") { Bars = new ChartBars("rows", ChartRole.Predicted, [0, 1, 2], [highest, 0]) };
            var ticks = ChartHtml.ScalesOf(chart)!.Value.Y.Ticks;
            Assert.InRange(ticks.Count, 2, 9);
            Assert.All(ticks, tick => Assert.DoesNotContain('.', tick.Label));
        }
    }

    /// <summary>What is copied from a page is the command, and a line of it ends between words.</summary>
    [Fact]
    public void A_command_keeps_its_options_whole()
    {
        const string Command = "rnnactors train a-b.csv --known <promo> --horizon 14\nrnnactors predict runs/--x --rows 60 - --set a=--b";
        var html = new HtmlWriter();
        using (html.Open("pre")) html.Command(Command);
        XElement pre = XElement.Parse(html.ToString(), LoadOptions.PreserveWhitespace);
        Assert.Equal(Command, pre.Value);
        Assert.Equal(["--known", "--horizon", "--rows", "--set"], pre.Elements().Select(element => element.Value));
        Assert.All(pre.Elements(), element => Assert.Equal("whole", (string?)element.Attribute("class")));
    }
}
