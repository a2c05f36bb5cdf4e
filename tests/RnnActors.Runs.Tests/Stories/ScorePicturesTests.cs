using RnnActors.Data.Tasks;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Stories;
using Xunit;

namespace RnnActors.Runs.Tests.Stories;

public sealed class ScorePicturesTests
{
    private static readonly MetricColumn[] Columns = [new("accuracy", "accuracy", IsHigherBetter: true)];

    [Fact]
    public void A_thousand_classes_become_those_that_are_confused_most_and_the_others()
    {
        double[,] counts = new double[1000, 1000];
        for (int i = 0; i < 1000; i++) counts[i, i] = 3;
        (counts[400, 401], counts[700, 2]) = (90, 50);
        string[] names = [.. Enumerable.Range(0, 1000).Select(i => $"class {i}")];
        var pictures = ScorePictures.Of(Score() with
        {
            Heatmap = new Heatmap("confusion", "confusion matrix", "truth", "predicted", names, names, counts, AreCounts: true),
        });

        HeatMap heat = pictures.Single(picture => picture.Heat is not null).Heat!;
        Assert.Equal((ScorePictures.MaxClasses, "977 others"), (heat.Rows.Count, heat.Rows[^1]));
        Assert.Contains("class 401", heat.Columns);
        Assert.Equal(3000 + 140, heat.Values.Sum(row => row.Sum()));
        PictureTable table = pictures.Single(picture => picture.Table is not null).Table!;
        Assert.Equal(["class 400", "class 401", "90", "96.8 %"], table.Rows[0]);
        Assert.Equal(["class 700", "class 2", "50", "94.3 %"], table.Rows[1]);
    }

    [Fact]
    public void A_heat_map_says_how_it_is_read()
    {
        Heatmap map = new("attention", "looks", "translation", "source", ["le"], ["the"], new double[,] { { 1 } }, AreCounts: false) { Meaning = "So." };
        Assert.Equal("Rows: translation; columns: source. So.", Assert.Single(ScorePictures.Of(Score() with { Heatmap = map })).Caption);
    }

    [Fact]
    public void Long_series_are_thinned_and_errors_are_actual_minus_predicted()
    {
        const int Rows = 50_000;
        double[] actual = [.. Enumerable.Range(0, Rows).Select(i => i % 24.0)], predicted = [.. actual.Select(value => value - 1)];
        predicted[30_000] -= 100;
        var series = new ComparedSeries("forecast", "sales", "forecast 7 rows ahead", actual, predicted)
        {
            Band = new("80 %", [.. predicted.Select(v => v - 2)], [.. predicted.Select(v => v + 2)]),
        };
        var pictures = ScorePictures.Of(Score() with { Series = [series] });

        Assert.Equal(["forecast_end", "forecast", "residuals", "residual_distribution", "scatter"], pictures.Select(picture => picture.Key));
        ChartLine errors = pictures[2].Chart!.Lines[0];
        Assert.InRange(errors.X.Length, 100, 1000);
        Assert.Equal((1, 101), (errors.Y.Min(), errors.Y.Max()));
        Assert.Equal(Rows, pictures[3].Chart!.Bars!.Heights.Sum());
        Assert.Contains("too low on average", pictures[3].Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_says_how_many_of_the_series_it_draws()
    {
        NamedMetrics[] parts = [.. Enumerable.Range(1, 10).Select(
            i => new NamedMetrics($"S{i}", $"S{i}", new(new KeyValuePair<string, double>("accuracy", i))))];
        ComparedSeries[] drawn = [.. parts.Take(4).Select(part => new ComparedSeries("forecast", part.Name, "forecast 7 rows ahead", [1, 2], [1, 2]))];
        Score score = Score() with { Groups = [new ScoreGroup("series", "By series", parts)], Series = drawn };
        bool Says(Picture picture) => picture.Caption?.Contains("4 of 10 are drawn here", StringComparison.Ordinal) == true;
        Assert.Single(ScorePictures.Of(score), Says);
        Assert.DoesNotContain(ScorePictures.Of(score with { Groups = [new ScoreGroup("series", "By series", [.. parts.Take(4)])] }), Says);
    }

    [Fact]
    public void Ten_thousand_series_become_the_worst_and_how_errors_are_spread()
    {
        NamedMetrics[] parts = [.. Enumerable.Range(0, 10_000)
            .Select(i => new NamedMetrics($"{i}", $"series {i}", new(new KeyValuePair<string, double>("accuracy", (10_000 - i) / 1e4))))];
        Score score = Score() with { Groups = [new ScoreGroup("series", "By series", parts)] };
        StoryGroup group = Assert.Single(StoryScore.Of(score).Groups);
        Assert.Equal((10_000, StoryScore.MaxParts), (group.Count, group.Lines.Count));
        Assert.Equal(10_000, Assert.Single(ScorePictures.Of(score)).Chart!.Bars!.Heights.Sum());
    }

    [Fact]
    public void A_recording_shows_what_was_heard_where_it_begins()
    {
        float[,] energies = new float[1000, 3];
        for (int t = 0; t < 1000; t++) energies[t, 2] = t;
        var heard = new TranscribedRecording("a.wav", "ab", "ab", energies, 0.01, [new("a", 0), new("b", 500)]);
        HeatMap heat = ScorePictures.Of(Score() with { Recordings = () => [heard] })[0].Heat!;
        Assert.Equal("b", heat.Columns[500 / (1000 / heat.Columns.Count + 1)]);
        Assert.Equal(999, heat.Values[0].Max()); // the highest band stands above
    }

    private static Score Score() => new("9 test rows", "lstm", new(new KeyValuePair<string, double>("accuracy", 0.5)), Columns) { DecidingMetric = "accuracy" };
}
