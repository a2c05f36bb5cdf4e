using System.Text.Json;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The format of a <see cref="WindowDataset"/>: the rows that its windows read and forecast, once each, the places of the windows, and the preparation.
/// </summary>
public sealed class WindowFormat : DatasetFormat
{
    private const int MaxOutputs = 1 << 24;

    public override string Kind => "windows";

    public override DatasetContent? Describe(SequenceDataset dataset)
    {
        if (dataset is not WindowDataset windows) return null;
        PreparedPanel panel = windows.Panel;
        int start = FirstRead(panel, windows.Ranges.MinBy(range => range.Origin));
        int end = windows.Ranges.Max(range => Math.Min(panel.Series[range.Series].End, range.Origin + range.Count - 1 + panel.Shape.Horizon)),
            rows = end - start;
        int first = windows.Ranges.Min(range => range.Series), last = windows.Ranges.Max(range => range.Series);
        SeriesRows[] series = [.. panel.Series.Skip(first).Take(last - first + 1)];
        int Row(int row) => Math.Clamp(row, start, end) - start;
        int[] limits = [.. series.SelectMany(own => (int[])[Row(own.Start), Row(own.Known), Row(own.End)])];
        int[] ranges = [.. windows.Ranges.SelectMany(range => (int[])[range.Series - first, range.Origin - start, range.Count])];
        List<NamedTensor> tensors =
        [
            NamedTensor.Of<double>("targets", panel.Transformed.AsMemory(start * panel.TargetCount, rows * panel.TargetCount), rows, panel.TargetCount),
            NamedTensor.Of<float>("inputs", panel.Inputs.AsMemory(start * panel.InputWidth, rows * panel.InputWidth), rows, panel.InputWidth),
            NamedTensor.Of<int>("series", limits, series.Length, 3),
            NamedTensor.Of<int>("ranges", ranges, windows.Ranges.Count, 3),
        ];
        if (panel.Actual.AsSpan(start * panel.TargetCount, rows * panel.TargetCount) is var actual
            && actual.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
            tensors.Add(NamedTensor.Of<int>("observed", Flags(actual, double.IsFinite), rows, panel.TargetCount));
        if (panel.Preparation.TokenInputs.Count() is > 0 and var read)
            tensors.Add(NamedTensor.Of<int>("tokens", panel.Tokens.AsMemory(start * read, rows * read), rows, read));
        if (panel.Interpolated is { } interpolated)
            tensors.Add(NamedTensor.Of<int>("interpolated", Flags<bool>(interpolated.AsSpan(start * panel.InputWidth, rows * panel.InputWidth), flag => flag),
                rows, panel.InputWidth));
        return new DatasetContent(tensors,
            [new("preparation", panel.Preparation.ToJson()),
            new("names", JsonSerializer.Serialize([.. series.Select(own => own.Name)], PreparationJson.Default.StringArray))]);
    }

    public override SequenceDataset Read(SafetensorsFile file)
    {
        Preparation preparation = Preparation.FromJson(file.Metadata.GetValueOrDefault("preparation") ?? throw Malformed(file, "'preparation' is missing"));
        ForecastSpecCheck.Check(preparation.Spec);
        if ((long)preparation.Targets.Count * preparation.Spec.Horizon > MaxOutputs)
            throw Malformed(file, $"a horizon of {preparation.Spec.Horizon} rows is too long");
        double[] targets = Values<double>(file, "targets", out long[] extents, -1, preparation.Targets.Count);
        int rows = (int)extents[0], width = PreparedPanel.InputWidthOf(preparation);
        float[] inputs = Values<float>(file, "inputs", out _, rows, width);
        SeriesRows[] series = Series(file, rows);
        bool[]? interpolated = file.Find("interpolated") is null ? null : [.. Values<int>(file, "interpolated", out _, rows, width).Select(flag => flag != 0)];
        double[] actual = targets;
        if (file.Find("observed") is not null)
        {
            int[] observed = Values<int>(file, "observed", out _, rows, preparation.Targets.Count);
            actual = [.. targets.Select((value, i) => observed[i] == 0 ? double.NaN : value)];
        }

        PreparedPanel panel = PreparedPanel.OfWindows(preparation, series, rows, inputs, Tokens(file, preparation, rows), interpolated, targets, actual);
        return new WindowDataset(panel, Ranges(file, panel));
    }

    private static int[] Tokens(SafetensorsFile file, Preparation preparation, int rows)
    {
        TokenInput[] inputs = [.. preparation.TokenInputs];
        if (inputs.Length == 0) return [];
        int[] tokens = Values<int>(file, "tokens", out _, rows, inputs.Length);
        for (int i = 0; i < tokens.Length; i++)
        {
            EmbeddedColumn column = inputs[i % inputs.Length].Column;
            if (tokens[i] < 0 || tokens[i] > column.Categories.Count) throw Malformed(file, $"'{column.Name}' has no category {tokens[i]}");
        }

        return tokens;
    }

    /// <summary>The first row that the windows of a range need; if it is interpolated, the known row before it.</summary>
    private static int FirstRead(PreparedPanel panel, WindowRange range)
    {
        int start = range.Origin - panel.Shape.Reach, first = start;
        for (int input = 0; input < panel.InputWidth && panel.Interpolated is { } interpolated; input++)
        {
            int row = start;
            while (row > panel.Series[range.Series].Start && interpolated[(row * panel.InputWidth) + input]) row--;
            first = Math.Min(first, row);
        }

        return first;
    }

    private static SeriesRows[] Series(SafetensorsFile file, int rows)
    {
        int[] limits = Values<int>(file, "series", out long[] extents, -1, 3);
        string[] names = Names(file);
        if (names.Length != extents[0]) throw Malformed(file, $"{names.Length} names are those of {extents[0]} series");
        SeriesRows[] series = [.. names.Select((name, i) => new SeriesRows(name, limits[3 * i], limits[(3 * i) + 1], limits[(3 * i) + 2]))];
        int end = 0;
        foreach (SeriesRows own in series)
        {
            if (own.Start < end || own.Known < own.Start || own.End < own.Known || own.End > rows)
                throw Malformed(file, $"the rows of series '{own.Name}' are not all there, or are another's");
            end = own.End;
        }

        return series;
    }

    private static string[] Names(SafetensorsFile file)
    {
        try
        {
            return JsonSerializer.Deserialize(file.Metadata.GetValueOrDefault("names") ?? "null", PreparationJson.Default.StringArray) is { } names
                && Array.TrueForAll(names, name => name is not null)
                ? names
                : throw Malformed(file, "'names' is missing");
        }
        catch (JsonException)
        {
            throw Malformed(file, "'names' is no list of names");
        }
    }

    private static WindowRange[] Ranges(SafetensorsFile file, PreparedPanel panel)
    {
        int[] numbers = Values<int>(file, "ranges", out long[] extents, -1, 3);
        WindowRange[] ranges =
            [.. Enumerable.Range(0, (int)extents[0]).Select(i => new WindowRange(numbers[3 * i], numbers[(3 * i) + 1], numbers[(3 * i) + 2]))];
        if (ranges.Length == 0) throw Malformed(file, "there is no window");
        foreach (WindowRange range in ranges)
        {
            bool fits = range.Series >= 0 && range.Series < panel.Series.Count && range.Count > 0 && panel.Series[range.Series] is var own
                && range.Origin >= panel.Shape.Reach && range.Origin - panel.Shape.Reach >= own.Start && (long)range.Origin + range.Count - 1 <= own.End;
            if (!fits) throw Malformed(file,
                $"{panel.Rows} rows do not hold {range.Count} windows from row {range.Origin} that look back at {panel.Shape.Reach}");
        }

        return ranges.Sum(range => (long)range.Count) <= int.MaxValue ? ranges : throw Malformed(file, "there are too many windows");
    }

    private static int[] Flags<T>(ReadOnlySpan<T> values, Func<T, bool> isSet)
    {
        int[] flags = new int[values.Length];
        for (int i = 0; i < flags.Length; i++) flags[i] = isSet(values[i]) ? 1 : 0;
        return flags;
    }
}
