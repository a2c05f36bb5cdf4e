using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;

namespace RnnActors.Runs.Stories;

/// <summary>Pictures of predicted against actual values, and of the residuals.</summary>
internal static class ForecastPictures
{
    /// <summary>With more rows than this, lines are too dense; the last ones then get a picture of their own.</summary>
    private const int Recent = 240;

    private const int MaxOfLine = 600, MaxPoints = 800;

    public static IEnumerable<Picture> Of(Score score)
    {
        // Without a choice by the user, the first few panels are drawn.
        int shown = score.Series.Count, all = PartsOf(score, "series") * PartsOf(score, "targets");
        Picture[] pictures = [.. AllOf(score)];
        if (pictures.Length > 0 && shown > 0 && shown < all)
        {
            pictures[0] = pictures[0] with
            {
                Caption = $"{pictures[0].Caption} {Figures.Count(shown)} of {Figures.Count(all)} are drawn here: "
                    + "evaluate with --series or --target draws others.",
            };
        }

        return pictures;
    }

    private static int PartsOf(Score score, string group) => score.Groups.FirstOrDefault(one => one.Key == group)?.Parts.Count ?? 1;

    private static IEnumerable<Picture> AllOf(Score score)
    {
        foreach (ComparedSeries path in score.Paths.DistinctBy(path => path.Name))
            yield return Lines("path", $"{path.Name}: the last {path.Meaning}", path, 0, $"All of one forecast beside what came{BandText(path)}.");
        foreach (ComparedSeries series in score.Series)
        {
            int rows = series.Actual.Length;
            string meaning = $"{Capital(series.Meaning)}{BandText(series)}.{(series.Caption is { } caption ? $" {caption}." : "")}";
            if (rows > Recent)
            {
                yield return Lines("forecast_end", $"{series.Name}: the last {Recent} of {Figures.Count(rows)} rows", series, rows - Recent, meaning);
                yield return Lines("forecast", $"{series.Name}: all {Figures.Count(rows)} rows", series, 0, "The same, over all rows that were held back.");
            }
            else
            {
                yield return Lines("forecast", $"{series.Name}: predicted and actual", series, 0, meaning);
            }

            foreach (Picture picture in Residuals(series)) yield return picture;
        }
    }

    /// <summary>The chart of a series, beginning at a row.</summary>
    public static Picture Lines(string key, string title, ComparedSeries series, int from, string caption)
    {
        double[] x = XOf(series)[from..];
        List<ChartLine> lines = [new("actual", ChartRole.Actual, x, series.Actual[from..])];
        if (series.Baseline is { } rival) lines.Add(new(rival.Name, ChartRole.Rival, x, rival.Predicted[from..]));
        lines.Add(new("predicted", ChartRole.Predicted, x, series.Predicted[from..]));
        return new Picture(key, title)
        {
            Caption = caption,
            Chart = new Chart(series.Times is null ? "row" : "", series.Name)
            {
                IsTime = series.Times is not null,
                IsCount = series.Times is null,
                Bands = series.Band is { } band
                ? [Thinning.Of(new ChartBand($"{band.Name} interval", ChartRole.Predicted, x, band.Lower[from..], band.Upper[from..]), MaxOfLine / 2)]
                : [],
                Lines = [.. lines.Select(line => Thinning.Of(line, MaxOfLine))],
            },
        };
    }

    private static IEnumerable<Picture> Residuals(ComparedSeries series)
    {
        double[] x = XOf(series), residuals = [.. series.Actual.Zip(series.Predicted, (actual, predicted) => actual - predicted)];
        double[] finite = Array.FindAll(residuals, double.IsFinite);
        if (finite.Length < 2) yield break;
        double mean = finite.Average(), deviation = Math.Sqrt(finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1));
        string bias = Math.Abs(mean) < 0.1 * deviation ? "so forecasts lean to neither side" : mean > 0 ? "so forecasts are too low on average"
            : "so forecasts are too high on average";
        yield return new Picture("residuals", $"{series.Name}: errors over time")
        {
            Caption = $"Actual minus predicted. What has a shape here has not been learned.",
            Chart = new Chart(series.Times is null ? "row" : "", "actual − predicted")
            {
                IsTime = series.Times is not null,
                IsCount = series.Times is null,
                HasZero = true,
                Lines = [Thinning.Of(new ChartLine("error", ChartRole.Predicted, x, residuals), MaxOfLine)],
            },
        };
        if (Histogram.Of("rows", ChartRole.Predicted, finite) is { } bars)
        {
            yield return new Picture("residual_distribution", $"{series.Name}: distribution of errors")
            {
                Caption = $"Their mean is {Figures.Number(mean)}, {bias}; their standard deviation is {Figures.Number(deviation)}.",
                Chart = new Chart("actual − predicted", "rows") { HasZero = true, Bars = bars, Marks = [new ChartMark(0, "no error")] },
            };
        }

        (double Actual, double Predicted)[] pairs =
            [.. series.Actual.Zip(series.Predicted).Where(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Second))];
        int every = Math.Max(1, (pairs.Length + MaxPoints - 1) / MaxPoints);
        (double Actual, double Predicted)[] shown = [.. pairs.Where((_, i) => i % every == 0)];
        yield return new Picture("scatter", $"{series.Name}: predicted over actual")
        {
            Caption = every == 1
                ? "A point a row. On the diagonal the prediction is right."
                : $"A point a row, every {every}th row. On the diagonal the prediction is right.",
            Chart = new Chart("actual", "predicted")
            {
                HasDiagonal = true,
                Lines = [new ChartLine("rows", ChartRole.Predicted, [.. shown.Select(pair => pair.Actual)],
                [.. shown.Select(pair => pair.Predicted)]) { ArePoints = true }],
            },
        };
    }

    private static double[] XOf(ComparedSeries series) =>
        series.Times is { } times ? [.. times.Select(Chart.XOf)] : [.. Enumerable.Range(1, series.Actual.Length).Select(row => (double)row)];

    private static string BandText(ComparedSeries series) => series.Band is { } band ? $", with the interval that should hold {band.Name} of the values" : "";

    private static string Capital(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
