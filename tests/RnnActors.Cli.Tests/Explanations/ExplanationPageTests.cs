using System.Text.RegularExpressions;
using System.Xml.Linq;
using RnnActors.Cli.Explanations;
using RnnActors.Core.Explanations;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Explanations;
using Xunit;

namespace RnnActors.Cli.Tests.Explanations;

public sealed partial class ExplanationPageTests
{
    private const string Evil = "<script>alert(1)</script>\" onload='x' & \u0001";

    [Fact]
    public void The_page_is_well_formed_and_nothing_of_a_users_data_becomes_markup()
    {
        XElement harmless = Parsed("harmless"), evil = Parsed(Evil);

        Assert.Equal(Names(harmless), Names(evil));
        Assert.DoesNotContain("script", Names(evil));
        Assert.Contains(evil.Descendants("span"), span => span.Value == Evil.Replace('\u0001', '\uFFFD'));
        Assert.All(evil.Descendants().Attributes(), attribute => Assert.DoesNotMatch("^on", attribute.Name.LocalName));
    }

    [Fact]
    public void It_needs_no_script_no_other_file_and_no_other_host()
    {
        string page = ExplanationPage.Of(Explanation("word"), "hash", "rnnactors explain run");

        Assert.All(Address().Matches(page), address => Assert.StartsWith("src=\"data:image/png;base64,", address.Value, StringComparison.Ordinal));
        Assert.Equal(2, Address().Count(page));
        foreach (string outside in (string[])["@import", "://", "url(", "NaN"]) Assert.DoesNotContain(outside, page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_curve_has_a_look_and_each_word_a_sign()
    {
        XElement page = Parsed("word");
        string[] looks = [.. page.Descendants("path").Select(path => (string)path.Attribute("class")!)
            .Where(look => look.StartsWith("line", StringComparison.Ordinal))];

        // Of three curves, one has vanished in part and one altogether; each is drawn and told in the legend.
        Assert.Equal(["line other", "line other n1", "line other n2"], looks.Distinct());
        Assert.Equal(6, looks.Length);
        Assert.Equal(["up", "down", null], page.Descendants("p").Single(p => (string?)p.Attribute("class") == "passage").Elements()
            .Select(word => (string?)word.Attribute("class")));
    }

    private static XElement Parsed(string word) =>
        XDocument.Parse(ExplanationPage.Of(Explanation(word), word, word).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;

    private static string[] Names(XElement page) => [.. page.DescendantsAndSelf().Select(element => element.Name.LocalName)];

    private static Explanation Explanation(string word) => new()
    {
        Run = word,
        Part = word,
        Row = 1,
        Description = word,
        Prediction = word,
        Truth = $"{word}!",
        Explained = word,
        Unit = word,
        Method = AttributionMethod.Occlusion,
        Output = 2,
        Baseline = 1,
        Inputs =
        [
            new AttributedInput(new ExplainedInput(word, [word, word, word], [""]), [1, -0.5, 0]),
            new AttributedInput(new ExplainedInput(word, [word, word], [word, word]), [1, -0.5, 0, 2]),
        ],
        Cells = [new CellActivity(word, "lstm", 0, 1, false, [new CellTrace("output", 2, [0, 1, -1, 0.5f, 0.25f, 0])], [1, 2, 3])],
        Gradients =
        [
            new GradientFlow(word, "lstm", [1, 0.1, 0.01]),
            new GradientFlow($"{word} 2", "gru", [1, 0.5, 0]),
            new GradientFlow($"{word} 3", "gru", [0, 0]),
        ],
        Layers = [new ExplainedLayer(word, [new ExplainedUnit(1, 0, 1, -1, 1, [new UnitPlace(1, word, 1)], [new UnitCorrelation(word, 0.5)])])],
        CertaintyName = word,
        MostCertain = [new RankedRow(1, word, word, word, 0.9, 0.1)],
        LeastCertain = [new RankedRow(2, word, word, null, 0.5, double.NaN)],
        Notes = [word],
    };

    [GeneratedRegex("(src|href)=\"[^\"]{0,30}")]
    private static partial Regex Address();
}
