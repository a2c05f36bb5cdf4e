using System.Text.RegularExpressions;
using RnnActors.Cli.Html;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Stories;
using Xunit;

namespace RnnActors.Cli.Tests.Html;

public sealed partial class StoryPageTests
{
    private const int MaxBytes = 2_000_000;

    private const string Evil = "<script>alert(1)</script>\" onload='x' & \u0001";

    [Fact]
    public void Nothing_of_a_users_data_becomes_markup()
    {
        string page = StoryPage.Of(Story(Evil), Evil);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u0001", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;", page, StringComparison.Ordinal);

        // The same elements as with harmless data, and each is closed.
        Assert.Equal(Tags(StoryPage.Of(Story("harmless"), "rnnactors")), Tags(page));
        Assert.Equal(Tag().Matches(page).Count(tag => !tag.Value.StartsWith("</", StringComparison.Ordinal)), EndTag().Count(page));
    }

    [Fact]
    public void It_needs_no_script_no_other_file_and_no_other_host()
    {
        string page = StoryPage.Of(Story("run"), "rnnactors");
        Assert.DoesNotMatch("(src|href|url)\\s*[=(]", page);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Equal(PictureCount("<svg viewBox=\"0 0 1000"), PictureCount("role=\"img\" aria-label=\"") - PictureCount("<div class=\"dense\">"));
        int PictureCount(string what) => page.Split(what).Length - 1;
    }

    [Fact]
    public void The_verdict_stands_first_and_says_so_without_colour()
    {
        string page = StoryPage.Of(Story("run"), "rnnactors");
        Assert.True(page.IndexOf("Better than the simple baselines", StringComparison.Ordinal) < page.IndexOf("What was asked", StringComparison.Ordinal));
        Assert.Contains("✓", page, StringComparison.Ordinal);
        Assert.Contains("1 fault on the way was survived", page, StringComparison.Ordinal);
        Assert.Contains("rnnactors predict run", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_texts_and_the_most_parts_stay_under_two_megabytes()
    {
        string text = new('x', ScorePictures.MaxText);
        double[] many = [.. Enumerable.Range(0, 1002).Select(i => Math.Sin(i) + 1.0001)], x = [.. Enumerable.Range(0, 1002).Select(i => i * 1000.0)];
        string[] names = [.. Enumerable.Range(0, ScorePictures.MaxClasses).Select(i => $"class {i}")];
        Picture[] pictures =
        [
            .. Enumerable.Range(0, 20).Select(i => new Picture("forecast", $"{i}")
            {
                Chart = new Chart("x", "y") { Lines = [.. Enumerable.Range(0, 3).Select(k => new ChartLine($"{k}", ChartRole.Actual, x[..600], many[..600]))] },
            }),
            .. Enumerable.Range(0, 3).Select(i => new Picture("samples", $"{i}") { Texts = [new PictureText("t", text)] }),
            new Picture("confusion", "c") { Heat = new HeatMap("r", "c", names, names, [.. names.Select(_ => many[..names.Length])]) },
            .. Enumerable.Range(0, 2).Select(i => new Picture("spectrogram", "s")
            {
                Heat = new HeatMap("r", "c", [.. Enumerable.Repeat("", 80)], [.. Enumerable.Repeat("", 360)],
                    [.. Enumerable.Range(0, 80).Select(row => many[row..(row + 360)])]) { IsDense = true },
            }),
        ];
        StoryEvent[] events = [.. Enumerable.Range(0, 300).Select(i => new StoryEvent("cluster", i, default, text[..300], true))];
        StoryCurve[] curves =
            [.. new[] { CurveKeys.Loss, CurveKeys.EpochLoss, CurveKeys.Validation, CurveKeys.GradientNorm, CurveKeys.TokensPerSecond, CurveKeys.LearningRate }
            .Select(key => new StoryCurve(key, 1024, x, many, [.. many.Select(v => v / 2)], [.. many.Select(v => v * 2)]))];
        string page = StoryPage.Of(Story("run") with { Pictures = pictures, Events = events, Curves = curves }, "rnnactors");
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(page), 300_000, MaxBytes);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3.2, 17.9)]
    [InlineData(1e-9, 2e-9)]
    [InlineData(999_950, 1_000_050)]
    [InlineData(5, 5)]
    public void Labels_of_an_axis_are_few_ascend_and_differ(double low, double high)
    {
        AxisScale scale = AxisScale.Linear(low, high, ends: true);
        Assert.InRange(scale.Ticks.Count, 2, 12);
        Assert.Equal(scale.Ticks.Count, scale.Ticks.Select(tick => tick.Label).Distinct().Count());
        Assert.All(scale.Ticks, tick => Assert.InRange(tick.At, -1e-6, 1.000001));
        Assert.Equal(scale.Ticks.Select(tick => tick.At).Order(), scale.Ticks.Select(tick => tick.At));
    }

    [Theory]
    [InlineData("2023-12-30", "2024-02-10", "2024-01-")]
    [InlineData("1749-01-01", "1983-12-01", "1800")]
    [InlineData("2024-02-29", "2024-03-01", "02-29 12:00")]
    public void Dates_are_written_as_far_as_their_distance_asks_for(string from, string to, string label)
    {
        AxisScale scale = AxisScale.Times(Chart.XOf(Date(from)), Chart.XOf(Date(to)));
        Assert.InRange(scale.Ticks.Count, 2, 14);
        Assert.Contains(scale.Ticks, tick => tick.Label.StartsWith(label, StringComparison.Ordinal));
        static DateTime Date(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static RunStory Story(string word) => new(word, "forecast")
    {
        Question = word,
        Facts = [new(word, word)],
        Notes = [word],
        Commands = [word],
        Specification = "{\"a\":1}",
        Next = [new(word, "predict run")],
        Curves = [new StoryCurve(CurveKeys.Loss, 1, [1, 2, 3], [3, double.NaN, 1], [3, 2, 1], [3, 2, 1]),
        new StoryCurve(CurveKeys.GradientNorm, 1, [1, 2], [1, 1], [1, 1], [1, 1])],
        Events = [new StoryEvent("workers_lost", 3, default, word, true)],
        Machines = [new StoryMachine(word, 2, 0, StoryMachine.Lost, 3) { Losses = 2, ShardsMoved = 1, Description = word }],
        Result = new StoryResult(word, true, false, 2, 0.5, 3, 4, 5, word),
        Score = new StoryScore(word, [new("rmse", word, false)], [new(word, [1]), new(word, [double.NaN])], "rmse")
        {
            Groups = [new StoryGroup(word, word, [new("rmse", word, false)], [new(word, [2])]) { Count = 9 }],
        },
        Verdict = new Verdict(Standing.Better, Fit.Over, word, [word], [word]) { Margin = 0.2 },
        Pictures =
        [
            new Picture(word, word)
            {
                Caption = word,
                Chart = new Chart(word, word)
                {
                    IsTime = true,
                    Lines = [new(word, ChartRole.Actual, [0, 1e9], [1, 2])],
                    Bands = [new(word, ChartRole.Predicted, [0, 1e9], [0, 1], [2, 3])],
                    Marks = [new(5e8, word)],
                },
            },
            new Picture("scatter", word)
            {
                Chart = new Chart(word, word) { HasDiagonal = true, Lines = [new(word, ChartRole.Predicted, [1, 2], [2, 1]) { ArePoints = true }] },
            },
            new Picture("bars", word) { Chart = new Chart(word, word) { Bars = new(word, ChartRole.Predicted, [0, 1, 2], [3, 0]) } },
            new Picture("confusion", word) { Heat = new HeatMap(word, word, [word], [word, word], [[1, double.NaN]]) { AreCounts = true } },
            new Picture("spectrogram", word) { Heat = new HeatMap(word, word, [word], [word, ""], [[1, 2]]) { IsDense = true } },
            new Picture("examples", word) { Table = new PictureTable([word], [[word]], [0], 3) },
            new Picture("samples", word) { Texts = [new(word, word)] },
        ],
    };

    private static string Tags(string page) => string.Concat(Name().Matches(page).Select(match => match.Value));

    [GeneratedRegex("<(/?)[a-z][a-z0-9]*")]
    private static partial Regex Name();

    [GeneratedRegex("<[a-z/][^>]*[^/]>|<[a-z]>")]
    private static partial Regex Tag();

    [GeneratedRegex("</[a-z]")]
    private static partial Regex EndTag();
}
