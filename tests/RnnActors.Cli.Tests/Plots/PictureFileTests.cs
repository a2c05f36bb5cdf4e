using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Reports;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Stories;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public sealed partial class PictureFileTests : IDisposable
{
    private const string Evil = "<script>alert(1)</script>\" & ' \u0001\uFFFF";

    private const int MaxBytes = 1_000_000;

    private static readonly XNamespace Space = "http://www.w3.org/2000/svg";

    private static readonly double[] Many = [.. Enumerable.Range(0, 20_000).Select(i => Math.Sin(i / 9.0) + (0.001 * (i % 97)))];

    /// <summary>A large picture of each kind, with the texts that it must show.</summary>
    private static readonly Dictionary<Type, (Action<string> Save, string[] Texts)> Kinds = new()
    {
        [typeof(ForecastPlot)] = (path => ForecastPlot.Save(path, "Sales", [Series(Many)]),
            ["Sales: x (m), one ahead", "actual", "predicted", "baseline", "80 % interval", "RMSE 1"]),
        [typeof(LossPlot)] = (path => LossPlot.Save(path, new("Loss", "squared error", "epoch", new([1, 2, 3], [9, 3, 0.1]), new([1, 2, 3], [8, 4, 1]), 3)),
            ["Loss", "training", "validation", "squared error (logarithmic)", "epoch"]),
        [typeof(HeatmapPlot)] = (path => HeatmapPlot.Save(path, Confusion(12)), ["confusion", "truth", "predicted", "class 1", "class 12", "0", "11"]),
        [typeof(SignedHeatmapPlot)] = (path => SignedHeatmapPlot.Save(path, [Signed("attributions", 300), Signed("gates", 40)]),
            ["attributions · striped: below 0", "unit 1", "step 1"]),
        [typeof(GradientPlot)] = (path => GradientPlot.Save(path, "How far", [new("lstm", Falling(0.9)), new("simpleRnn", Falling(0.5))]),
            ["How far", "lstm", "simpleRnn", "steps back in time"]),
        [typeof(LearningRatePlot)] = (path => LearningRatePlot.Save(path, "Loss by rate", "squared error", Sweep()),
            ["Loss by rate", "squared error", "learning rate (logarithmic)", "smoothed", "suggested: 0.01"]),
        [typeof(SpectrogramPlot)] = (path => SpectrogramPlot.Save(path, [Recording("one.wav", 360), Recording("two.wav", 40)]),
            ["one.wav", "two.wav", "mi", "la"]),
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Skia says on the standard output, line after line, that its SVG knows no dashes: it must not be asked for any.</summary>
    [Fact]
    public void An_svg_asks_for_no_dashes()
    {
        ScottPlot.Plot plot = new();
        ScottPlot.Plottables.LinePlot line = plot.Add.Line(0, 0, 1, 1);
        line.LinePattern = ScottPlot.LinePattern.Dashed;
        Assert.NotEmpty(SvgDocument.Of(Drawing.Of("a line", plot)));
        Assert.Equal(ScottPlot.LinePattern.Solid, line.LinePattern);
    }

    [Fact]
    public void Every_kind_of_plot_is_told_of_here() =>
        Assert.Equal(
            typeof(PictureFile).Assembly.GetTypes().Where(type => type.Namespace == typeof(PictureFile).Namespace && type != typeof(PictureFile)
                && type.GetMethods(BindingFlags.Public | BindingFlags.Static).Any(method => method.Name == "Save")).Select(type => type.Name).Order(),
            Kinds.Keys.Select(type => type.Name).Order());

    [Fact]
    public void Every_kind_is_written_as_pixels_and_as_an_SVG_that_needs_nothing_else()
    {
        foreach ((Type kind, (Action<string> save, string[] texts)) in Kinds)
        {
            IReadOnlyList<string> files = PictureFile.SaveBoth(_folder.Path, kind.Name, save);
            Assert.Equal([_folder.File($"{kind.Name}.png"), _folder.File($"{kind.Name}.svg")], files);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(files[0]).Take(4));
            Keep(files[1]);
            string[] shown = AssertSelfContained(files[1]);
            foreach (string text in texts) Assert.True(shown.Contains(text), $"{kind.Name} says {string.Join(" | ", shown)}, but not {text}");
        }
    }

    [Fact]
    public void Nothing_of_a_users_becomes_markup()
    {
        string path = _folder.File("evil.svg");
        HeatmapPlot.Save(path, Confusion(2) with { Title = Evil, Rows = [Evil, ""], Columns = ["", Evil] });
        AssertSelfContained(path);
        Assert.DoesNotContain("<script", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(Evil.Replace('\u0001', '\uFFFD').Replace('\uFFFF', '\uFFFD'), XDocument.Load(path).Root!.Element(Space + "title")!.Value);
    }

    [Fact]
    public void Every_picture_of_a_story_that_is_drawn_is_an_SVG()
    {
        // A part that is neither drawn nor named as text or table here is one that was forgotten.
        Assert.Equal(["Caption", "Chart", "Heat", "Key", "Table", "Texts", "Title"],
            typeof(Picture).GetProperties().Select(property => property.Name).Where(name => name != "EqualityContract").Order());
        HeatMap attention = new("written", "read", ["a", "b"], ["c", "d"], [[0.2, 0.8], [double.NaN, 0]]);
        var story = new RunStory("shops", "forecast")
        {
            Pictures =
            [
                new("forecast", "A chart") { Chart = new("x", "y") { Lines = [new("actual", ChartRole.Actual, [1, 2], [3, 4])] } },
                new("attention", "Attention") { Heat = attention }, new("attention", "Attention too") { Heat = attention },
                Recording("one.wav", 30), new("examples", "A table") { Table = new(["a"], [["b"]], []) }, new("samples", "Texts") { Texts = [new("a", "b")] },
                new("empty", "Nothing") { Heat = attention with { Values = [] } },
            ],
        };
        Assert.Equal(4, SvgFiles.Write(_folder.Path, story));
        Assert.Equal(["attention-2.svg", "attention.svg", "forecast.svg", "spectrogram.svg"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] shown = AssertSelfContained(_folder.File("attention.svg"));
        foreach (string text in (string[])["Attention", "written", "read", "a", "b", "c", "d", "0.20", "0.80"]) Assert.Contains(text, shown);
    }

    [Theory]
    [InlineData("a.png", true)]
    [InlineData("a.SVG", true)]
    [InlineData("a.jpg", false)]
    [InlineData("svg", false)]
    public void Pictures_are_of_two_kinds(string path, bool isKnown)
    {
        if (isKnown) PictureFile.RefuseOther(path, "--plot");
        else Assert.Contains("--plot", Assert.Throws<InvalidInputException>(() => PictureFile.RefuseOther(path, "--plot")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_told()
    {
        List<string> warnings = [];
        Assert.Empty(PictureFile.TrySaveBoth(_folder.File("missing"), "a", path => HeatmapPlot.Save(path, Confusion(2)), warnings.Add));
        Assert.Contains("missing", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <returns>The texts in it.</returns>
    private static string[] AssertSelfContained(string path)
    {
        Assert.InRange(new FileInfo(path).Length, 1000, MaxBytes);
        XElement svg = XDocument.Load(path).Root!;
        Assert.Equal(Space + "svg", svg.Name);
        Assert.Empty(svg.Descendants(Space + "script"));
        Assert.NotNull(svg.Attribute("viewBox"));
        Assert.NotEmpty(svg.Element(Space + "title")!.Value);
        foreach (XAttribute attribute in svg.DescendantsAndSelf().Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            if (attribute.Name.LocalName == "href")
                Assert.True(attribute.Value.StartsWith('#') || attribute.Value.StartsWith("data:image/png;base64,", StringComparison.Ordinal), attribute.Value);
            Assert.All(Url().Matches(attribute.Value).Select(match => match.Groups[1].Value), url => Assert.StartsWith("#", url, StringComparison.Ordinal));
        }

        foreach (XElement text in svg.Descendants(Space + "text"))
            Assert.All(text.Attribute("x")?.Value.Split(',') ?? [], place => Assert.True(double.TryParse(place, CultureInfo.InvariantCulture, out _), place));
        return [.. svg.Descendants(Space + "text").Select(text => text.Value.Trim())];
    }

    /// <summary>For people to look at, where they name a folder.</summary>
    private static void Keep(string path)
    {
        if (Environment.GetEnvironmentVariable("RNNACTORS_SCREENSHOTS") is { } folder) File.Copy(path, Path.Combine(folder, Path.GetFileName(path)), true);
    }

    private static ComparedSeries Series(double[] values) => new("forecast", "x (m)", "one ahead", values, [.. values.Select(value => 0.9 * value)])
    {
        Caption = "RMSE 1",
        Baseline = new("baseline", [.. values.Select(value => value + 0.1)]),
        Band = new("80 %", [.. values.Select(value => value - 0.5)], [.. values.Select(value => value + 0.5)]),
    };

    private static Heatmap Confusion(int classes)
    {
        double[,] counts = new double[classes, classes];
        for (int i = 0; i < classes; i++) counts[i, i] = i;
        string[] names = [.. Enumerable.Range(1, classes).Select(i => $"class {i}")];
        return new("confusion", "confusion", "truth", "predicted", names, names, counts, true);
    }

    private static SignedHeatmap Signed(string title, int steps)
    {
        double[,] values = new double[64, steps];
        for (int unit = 0; unit < 64; unit++)
            for (int step = 0; step < steps; step++) values[unit, step] = Math.Sin(unit + (step / 7.0));
        return new(title, "", [.. Enumerable.Range(1, 64).Select(unit => $"unit {unit}")],
            [.. Enumerable.Range(1, steps).Select(step => $"step {step}")], values);
    }

    private static double[] Falling(double factor) => [.. Enumerable.Range(0, 200).Select(step => Math.Pow(factor, step))];

    private static LearningRateSweep Sweep()
    {
        double[] rates = [.. Enumerable.Range(0, 100).Select(i => Math.Pow(10, (i - 50) / 25.0))];
        double[] losses = [.. rates.Select(rate => Math.Abs(rate - 0.1) + 0.1)];
        return new(rates, losses, losses, 0.01, null);
    }

    private static Picture Recording(string name, int frames) => new("spectrogram", name)
    {
        Heat = new("mel band", "time", [.. Enumerable.Repeat("", 40)],
            [.. Enumerable.Range(0, frames).Select(frame => frame == 3 ? "mi" : frame == frames / 2 ? "la" : "")],
            [.. Enumerable.Range(0, 40).Select(band => Enumerable.Range(0, frames).Select(frame => Math.Sin((band / 5.0) + (frame / 9.0))).ToArray())])
        { IsDense = true },
    };

    [GeneratedRegex(@"url\(([^)]*)\)")]
    private static partial Regex Url();
}
