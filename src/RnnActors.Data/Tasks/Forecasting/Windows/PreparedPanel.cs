using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A panel that has been filled, transformed and scaled. The windows of all parts read from it.</summary>
internal sealed class PreparedPanel
{
    private readonly LinearScale[] _targetScales;
    private bool? _hasAbsent;

    private PreparedPanel(Preparation preparation, IReadOnlyList<SeriesRows> series, int rows, float[] inputs, double[] transformed, double[] actual)
    {
        (Preparation, Series, Rows) = (preparation, series, rows);
        Shape = WindowShape.Of(preparation.Spec);
        InputWidth = InputWidthOf(preparation);
        (Inputs, Transformed, Actual) = (inputs, transformed, actual);
        RelativeInputs = Shape.Normalize == WindowNormalization.None ? [] :
            [.. Enumerable.Range(0, preparation.Inputs.Count).Where(i => preparation.Inputs[i].IsSeriesValue)];
        _targetScales =
        [
            .. series.SelectMany(own => preparation.Find(own.Name)?.Targets ?? preparation.Targets.Select(target => target.Scale)),
        ];
    }

    public Preparation Preparation { get; }

    public WindowShape Shape { get; }

    public TimeAxis Time { get; private init; } = new(null);

    public IReadOnlyList<SeriesRows> Series { get; }

    public IReadOnlyList<SeriesRun> Runs { get; private init; } = [];

    /// <summary>The columns whose values must be known for the forecast rows.</summary>
    public IReadOnlyList<string> Known { get; private init; } = [];

    public int Rows { get; }

    public int InputWidth { get; }

    public int TargetCount => Preparation.Targets.Count;

    /// <summary>Whether a target is transformed.</summary>
    public bool IsTransformed => Enumerable.Range(0, TargetCount).Any(target => TransformOf(target) != ValueTransform.None);

    /// <summary>The inputs that are normalised by the window.</summary>
    public int[] RelativeInputs { get; }

    /// <summary>The inputs, (rows, I): columns first, then the calendar's pairs.</summary>
    public float[] Inputs { get; }

    /// <summary>The tokens of embedded columns, (rows, <see cref="Preparation.TokenInputs"/>).</summary>
    public int[] Tokens { get; private init; } = [];

    /// <summary>Notes on embedded categories, such as unknown ones and empty cells.</summary>
    public IReadOnlyList<string> CategoryNotes { get; private init; } = [];

    /// <summary>Which inputs were interpolated, (rows, I): a window that ends before the next known value must not use it. Null for none.</summary>
    public bool[]? Interpolated { get; private init; }

    /// <summary>The targets in their own units, (rows, targets); NaN where they were not observed.</summary>
    public double[] Actual { get; }

    /// <summary>Whether some target was not observed.</summary>
    public bool HasAbsent => _hasAbsent ??= Actual.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue);

    /// <summary>The targets after the transform, (rows, targets), filled from their past.</summary>
    public double[] Transformed { get; }

    /// <summary>Which values of an input were filled in, (rows), by its column; null for none.</summary>
    public IReadOnlyDictionary<string, bool[]?> Filled { get; private init; } = new Dictionary<string, bool[]?>();

    public static int InputWidthOf(Preparation preparation) => preparation.Inputs.Count + (2 * preparation.Spec.Calendar.Count);

    /// <summary>The part of a panel that some windows use, as read from a file.</summary>
    public static PreparedPanel OfWindows(
        Preparation preparation, IReadOnlyList<SeriesRows> series, int rows, float[] inputs, int[] tokens, bool[]? interpolated, double[] transformed,
        double[] actual) =>
        new(preparation, series, rows, inputs, transformed, actual) { Tokens = tokens, Interpolated = interpolated };

    /// <exception cref="InvalidInputException">A column is missing, or a value cannot be used.</exception>
    public static PreparedPanel Create(Panel panel, Preparation preparation)
    {
        ForecastDataSpec spec = preparation.Spec;
        Dictionary<string, bool[]?> filled = [];
        int width = InputWidthOf(preparation);
        LargeHeap.MakeRoom((long)panel.Rows * width * sizeof(float));
        float[] inputs = new float[panel.Rows * width];
        bool[]? interpolated = spec.Missing == MissingRule.Linear ? new bool[panel.Rows * width] : null;
        for (int i = 0; i < preparation.Inputs.Count; i++) PreparedInputs.Read(panel, preparation, i, inputs, interpolated, filled);
        if (interpolated is not null && !interpolated.Contains(true)) interpolated = null;

        int targets = preparation.Targets.Count;
        var columns = new (double[] Actual, double[] Transformed)[targets];
        for (int i = 0; i < targets; i++)
        {
            PreparedColumn prepared = preparation.Targets[i];
            Column column = panel.Table.Numbers(prepared.Name);
            int target = i;
            FilledColumn values = FilledColumn.Fill(
                panel, column, MissingRule.Previous, number => preparation.Find(panel.Series[number].Name)?.TargetMeans[target] ?? prepared.Mean,
                series => series.Known);
            double[] own = ValueTransforms.Apply(spec.TransformOf(prepared.Name), values.Values, panel.Table, column);
            for (int number = 0; number < panel.Series.Count; number++)
            {
                LinearScale scale = preparation.Find(panel.Series[number].Name)?.Targets[i] ?? prepared.Scale;
                for (int row = panel.Series[number].Start; row < panel.Series[number].End; row++)
                {
                    if (!float.IsFinite((float)scale.Apply(own[row]))) throw PreparedInputs.TooFar(panel.Table, row, column);
                }
            }

            columns[i] = (column.Values, own);
        }

        // Equal arrays are shared.
        double[] actual = Together([.. columns.Select(column => column.Actual)]);
        double[] transformed = Array.TrueForAll(columns, column => column.Actual == column.Transformed)
            ? actual
            : Together([.. columns.Select(column => column.Transformed)]);

        List<string> notes = [];
        int[] tokens = TokenInput.Read(panel, preparation, notes);
        PreparedPanel created = new(preparation, panel.Series, panel.Rows, inputs, transformed, actual)
        {
            Time = panel.Time,
            Runs = panel.Runs,
            Known = panel.Known,
            Interpolated = interpolated,
            Filled = filled,
            Tokens = tokens,
            CategoryNotes = notes,
        };
        created.FillCalendar(panel);
        return created;
    }

    public ValueTransform TransformOf(int target) => Preparation.Spec.TransformOf(Preparation.Targets[target].Name);

    /// <summary>The scale of a target of a series.</summary>
    public LinearScale TargetScale(int series, int target) => _targetScales[(series * TargetCount) + target];

    /// <summary>The standard deviation of a target over its series' training rows.</summary>
    public double DeviationOf(int series, int target) => Preparation.Find(Series[series].Name)?.Deviations[target] ?? Preparation.Targets[target].Deviation;

    /// <summary>The divisor of absolute errors in MASE; 0 if it is not known.</summary>
    public double NaiveErrorOf(int series, int target) => Preparation.Find(Series[series].Name)?.NaiveErrors[target] ?? Preparation.Targets[target].NaiveError;

    /// <summary>XxHash128 of everything that the windows are made from, and of where <paramref name="parts"/> lie.</summary>
    public string Hash(params ReadOnlySpan<WindowDataset?> parts)
    {
        XxHash128 hash = new();
        List<int> shape = [Rows, InputWidth, TargetCount, Shape.Window, Shape.Horizon, (int)Shape.RelativeTo, Shape.Season];
        foreach (WindowDataset? part in parts) shape.AddRange([part?.FirstOrigin ?? 0, part?.Rows ?? 0]);
        if (Shape.Normalize != WindowNormalization.None) shape.Add((int)Shape.Normalize);
        foreach (WindowDataset? part in parts)
            if (part?.Ranges.Count > 1) shape.AddRange(part.Ranges.SelectMany(range => (int[])[range.Series, range.Origin, range.Count]));
        hash.Append(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(shape)));
        hash.Append(MemoryMarshal.AsBytes<float>(Inputs));
        hash.Append(MemoryMarshal.AsBytes<double>(Transformed));
        if (Tokens.Length > 0) hash.Append(MemoryMarshal.AsBytes<int>(Tokens));
        if (HasAbsent) hash.Append(MemoryMarshal.AsBytes<double>(Actual)); // complete tables keep the hash of earlier versions
        foreach (PreparedColumn target in Preparation.Targets)
        {
            hash.Append(Encoding.UTF8.GetBytes(target.Name));
            hash.Append(MemoryMarshal.AsBytes<double>([target.Scale.Offset, target.Scale.Spread]));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private void FillCalendar(Panel panel)
    {
        IReadOnlyList<CalendarFeature> calendar = Preparation.Spec.Calendar;
        if (calendar.Count == 0) return;
        IReadOnlyList<DateTime> times = panel.Dates
            ?? throw new InvalidInputException("data.calendar is set, but there is no column of dates", "Name it in data.time", new(panel.Table.Name));
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < calendar.Count; i++)
            {
                (double sin, double cos) = CalendarFeatures.Of(calendar[i], times[row]);
                int at = (row * InputWidth) + Preparation.Inputs.Count + (2 * i);
                (Inputs[at], Inputs[at + 1]) = ((float)sin, (float)cos);
            }
        }
    }

    /// <summary>Joins columns to (rows, columns); a single column is returned as it is.</summary>
    private static double[] Together(double[][] columns)
    {
        if (columns.Length == 1) return columns[0];
        double[] together = new double[columns.Length * columns[0].Length];
        for (int i = 0; i < columns.Length; i++)
            for (int row = 0; row < columns[i].Length; row++) together[(row * columns.Length) + i] = columns[i][row];
        return together;
    }
}
