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
}
