using System.Globalization;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;

namespace RnnActors.Runs.Stories;

/// <summary>The pictures of a score, as data. Where there are too many parts, the most telling ones are shown.</summary>
public static class ScorePictures
{
    /// <summary>The most classes that a confusion matrix shows.</summary>
    public const int MaxClasses = 24;

    /// <summary>The most characters of a cell.</summary>
    public const int MaxCell = 240;

    /// <summary>The most characters of a text sample.</summary>
    public const int MaxText = 2000;

    /// <summary>Stands for a space where it would be invisible.</summary>
    private const string Space = "_";

    private const int MaxConfusions = 12, MaxFrames = 360, SeriesForHistogram = 20;

    public static IReadOnlyList<Picture> Of(Score score)
    {
        List<Picture> pictures = [.. ForecastPictures.Of(score), .. score.Groups.Select(group => GroupOf(group, score)).OfType<Picture>()];
        if (score.Heatmap is { } heatmap) pictures.AddRange(HeatOf(heatmap));
        pictures.AddRange(score.MoreHeatmaps.SelectMany(HeatOf));
        if (score.Recordings is { } recordings) pictures.AddRange(recordings().Select(RecordingOf));
        if (score.Examples is { } examples) pictures.Add(TableOf("examples", examples.Title, examples.Table));
        if (score.Samples is { } samples)
        {
            pictures.Add(new Picture("samples", "Samples of what it writes")
            {
                Caption = "Each begins at the beginning of a line. A low temperature keeps to what is likely; 1 draws from the network's own distribution.",
                Texts = [.. samples().Select(sample => new PictureText(sample.Title, Cut(sample.Text, MaxText)))],
            });
        }

        return pictures;
    }

    private static Picture? GroupOf(ScoreGroup group, Score score)
    {
        MetricColumn column = score.Column(score.DecidingMetric ?? score.Columns[0].Key);
        double[] own = [.. group.Parts.Select(part => part.Metrics.TryGet(column.Key, out double value) ? value : double.NaN)];
        if (group.Key == "steps" && own.Length > 2)
        {
            double[] steps = [.. Enumerable.Range(1, own.Length).Select(step => (double)step)];
            List<ChartLine> lines = [new(score.Network, ChartRole.Predicted, steps, own)];
            if (group.BaselineParts is { } rival) lines.Add(new(ShortName.Of(group.Baseline ?? "baseline"), ChartRole.Rival, steps, [.. rival]));
            return new Picture("horizon", "Errors by horizon")
            {
                Caption = $"{column.Title} of each step ahead.",
                Chart = new Chart("steps ahead", column.Title) { IsCount = true, HasZero = true, Lines = [.. lines.Select(line => Thinning.Of(line, 400))] },
            };
        }

        if (group.Key != "series" || own.Length < SeriesForHistogram || Histogram.Of("series", ChartRole.Predicted, own) is not { } bars) return null;
        return new Picture("series_distribution", "Errors by series")
        {
            Caption = $"How {column.Title} is spread over {Figures.Count(own.Length)} series.",
            Chart = new Chart(column.Title, "series") { HasZero = true, Bars = bars },
        };
    }

    private static IEnumerable<Picture> HeatOf(Heatmap heatmap)
    {
        string title = char.ToUpperInvariant(heatmap.Title[0]) + heatmap.Title[1..];
        int rows = heatmap.Rows.Count, columns = heatmap.Columns.Count;
        double[][] values = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, columns).Select(column => heatmap.Values[row, column]).ToArray())];
        IReadOnlyList<string> rowNames = heatmap.Rows, columnNames = heatmap.Columns;
        string caption = heatmap.AreCounts
            ? $"Rows: {heatmap.RowTitle}; columns: {heatmap.ColumnTitle}. Colours are shares of the row; the diagonal is right."
            : $"Rows: {heatmap.RowTitle}; columns: {heatmap.ColumnTitle}.";
        if (heatmap.Meaning is { } meaning) caption += $" {meaning}";
        if (heatmap.AreCounts && rows == columns && rows > MaxClasses)
        {
            int[] max = [.. MostConfused(values).Take(MaxClasses - 1)];
            (values, string[] names) = Folded(values, heatmap.Rows, max);
            (rowNames, columnNames) = (names, names);
            caption += $" Of {Figures.Count(rows)} those {max.Length} that are confused most often; the others are one.";
        }

        yield return new Picture(heatmap.Key, title)
        {
            Caption = caption,
            Heat = new HeatMap(heatmap.RowTitle, heatmap.ColumnTitle, [.. rowNames.Select(name => Cut(name, 60))],
            [.. columnNames.Select(name => Cut(name, 60))], values)
            { AreCounts = heatmap.AreCounts },
        };
        if (heatmap.AreCounts && rows == columns && rows > 2 && Confusions(heatmap) is { Rows.Count: > 0 } table)
            yield return new Picture("confusions", "Most frequent mistakes") { Table = table };
    }

    /// <summary>Classes by the number of mistakes that involve them, the most first.</summary>
    private static IEnumerable<int> MostConfused(double[][] counts) => Enumerable.Range(0, counts.Length)
        .OrderByDescending(i => counts[i].Sum() + counts.Sum(row => row[i]) - (2 * counts[i][i])).ThenByDescending(i => counts[i].Sum()).ThenBy(i => i);

    private static (double[][] Values, string[] Names) Folded(double[][] counts, IReadOnlyList<string> names, int[] kept)
    {
        int others = kept.Length;
        int[] placeOf = [.. Enumerable.Range(0, counts.Length).Select(i => Array.IndexOf(kept, i) is >= 0 and var place ? place : others)];
        double[][] folded = [.. Enumerable.Range(0, others + 1).Select(_ => new double[others + 1])];
        for (int row = 0; row < counts.Length; row++)
            for (int column = 0; column < counts.Length; column++) folded[placeOf[row]][placeOf[column]] += counts[row][column];
        return (folded, [.. kept.Select(i => names[i]), $"{Figures.Count(counts.Length - others)} others"]);
    }

    private static PictureTable Confusions(Heatmap heatmap)
    {
        int classes = heatmap.Rows.Count;
        var mistakes = Enumerable.Range(0, classes)
            .SelectMany(row => Enumerable.Range(0, classes).Select(column => (Row: row, Column: column, Count: heatmap.Values[row, column])))
            .Where(cell => cell.Row != cell.Column && cell.Count > 0).ToArray();
        double[] totals = [.. Enumerable.Range(0, classes).Select(row => Enumerable.Range(0, classes).Sum(column => heatmap.Values[row, column]))];
        string[][] rows =
        [
            .. mistakes.OrderByDescending(cell => cell.Count).ThenBy(cell => cell.Row).ThenBy(cell => cell.Column).Take(MaxConfusions).Select(cell => (string[])
            [
                Cut(heatmap.Rows[cell.Row], 60), Cut(heatmap.Columns[cell.Column], 60), Figures.Count((long)cell.Count),
                $"{Figures.Number(Math.Round(100 * cell.Count / totals[cell.Row], 1))} %",
            ]),
        ];
        return new PictureTable([heatmap.RowTitle, heatmap.ColumnTitle, "times", $"of this {heatmap.RowTitle}"], rows, [0, 1], mistakes.Length - rows.Length);
    }

    /// <summary>A spectrogram, the highest band on top, with each transcribed label below the frame at which it begins.</summary>
    private static Picture RecordingOf(TranscribedRecording recording)
    {
        int frames = recording.Energies.GetLength(0), bands = recording.Energies.GetLength(1), every = Math.Max(1, (frames + MaxFrames - 1) / MaxFrames),
            shown = (frames + every - 1) / every;
        double[][] values = [.. Enumerable.Range(0, bands).Select(band =>
            Enumerable.Range(0, shown).Select(at => Loudest(recording.Energies, bands - 1 - band, at * every, Math.Min(frames, (at + 1) * every))).ToArray())];
        string[] columns = [.. Enumerable.Repeat("", shown)];
        foreach (TranscribedUnit unit in recording.Units)
            if (unit.Frame / every < shown) columns[unit.Frame / every] += string.IsNullOrWhiteSpace(unit.Text) ? Space : Cut(unit.Text, 24);
        string seconds = string.Create(CultureInfo.InvariantCulture, $"{frames * recording.SecondsPerFrame:0.0#} s");
        string spaces = columns.Any(column => column.Contains(Space, StringComparison.Ordinal)) ? $" ({Space} is a space)" : "";
        string where = recording.Units.Count > 0 ? $"Below stands what was heard, where it begins{spaces}."
            : recording.Heard.Length > 0 ? "At no moment is it likelier than silence, so where it begins is not known."
            : "Nothing was heard.";
        return new Picture("spectrogram", $"{Cut(recording.Name, 80)}: what is heard, and when")
        {
            Caption = $"Said: {Cut(recording.Said, MaxCell)}. Heard: {Cut(recording.Heard, MaxCell)}. {seconds} from left to right, {bands} mel bands from low "
                + $"to high; what stands out from the ground is loud. {where}",
            Heat = new HeatMap("mel band", "time", [.. Enumerable.Repeat("", bands)], columns, values) { IsDense = true },
        };
    }

    private static double Loudest(float[,] energies, int band, int from, int to)
    {
        double loudest = double.NegativeInfinity;
        for (int t = from; t < to; t++) loudest = Math.Max(loudest, energies[t, band]);
        return double.IsFinite(loudest) ? Math.Round(loudest, 2) : double.NaN;
    }

    private static Picture TableOf(string key, string title, SummaryTable table) => new(key, title)
    {
        Table = new PictureTable(table.Header, [.. table.Rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => Cut(cell, MaxCell))])],
            [0, .. table.LeftAligned]),
    };

    private static string Cut(string text, int max) => text.Length <= max ? text : text[..(char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1)] + "…";
}
