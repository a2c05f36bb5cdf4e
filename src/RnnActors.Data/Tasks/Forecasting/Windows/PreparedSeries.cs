using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A table that has been filled, transformed and scaled. All windows, of every part, read from it.</summary>
internal sealed class PreparedSeries
{
    private PreparedSeries(Preparation preparation, int rows, TimeAxis time, float[] inputs, double[] actual, double[] transformed)
    {
        (Preparation, Rows, Time) = (preparation, rows, time);
        ForecastDataSpec spec = preparation.Spec;
        Shape = new(spec.Window, spec.Horizon, spec.RelativeTo, spec.Season ?? 1);
        InputWidth = InputWidthOf(preparation);
        (Inputs, Actual, Transformed) = (inputs, actual, transformed);
    }

    public Preparation Preparation { get; }

    public WindowShape Shape { get; }

    public TimeAxis Time { get; }

    public int Rows { get; }

    public int InputWidth { get; }

    public int TargetCount => Preparation.Targets.Count;

    /// <summary>What the network reads: (rows, I), columns first, then the calendar's pairs.</summary>
    public float[] Inputs { get; }

    /// <summary>The targets in their own units, (rows, targets); nothing where it came from a file, for training alone.</summary>
    public double[] Actual { get; }

    /// <summary>The targets after the transform, (rows, targets).</summary>
    public double[] Transformed { get; }

    public static int InputWidthOf(Preparation preparation) => preparation.Inputs.Count + (2 * preparation.Spec.Calendar.Count);

    /// <summary>As much of a series as some windows use, which comes from a file.</summary>
    public static PreparedSeries OfWindows(Preparation preparation, int rows, float[] inputs, double[] transformed) =>
        new(preparation, rows, new TimeAxis(null), inputs, [], transformed);

    /// <exception cref="InvalidInputException">A column is missing, or a value cannot be used.</exception>
    public static PreparedSeries Create(Table table, Preparation preparation)
    {
        int targetCells = table.Rows * preparation.Targets.Count;
        PreparedSeries series = new(
            preparation, table.Rows, new TimeAxis(table.Times?.Local), new float[table.Rows * InputWidthOf(preparation)], new double[targetCells],
            new double[targetCells]);
        ForecastDataSpec spec = preparation.Spec;
        for (int i = 0; i < preparation.Inputs.Count; i++)
        {
            PreparedColumn prepared = preparation.Inputs[i];
            Column column = table.Numbers(prepared.Name);
            double[] values = ValueTransforms.Apply(spec.Transform, Gaps.Fill(table, column, spec.Missing, prepared.Mean), table, column);
            for (int row = 0; row < values.Length; row++)
            {
                float scaled = (float)prepared.Scale.Apply(values[row]);
                if (!float.IsFinite(scaled)) throw TooFar(table, row, column);
                series.Inputs[(row * series.InputWidth) + i] = scaled;
            }
        }

        for (int i = 0; i < preparation.Targets.Count; i++)
        {
            PreparedColumn prepared = preparation.Targets[i];
            Column column = table.Numbers(prepared.Name);
            double[] values = Gaps.Fill(table, column, spec.Missing, prepared.Mean);
            double[] transformed = ValueTransforms.Apply(spec.Transform, values, table, column);
            for (int row = 0; row < values.Length; row++)
            {
                if (!float.IsFinite((float)prepared.Scale.Apply(transformed[row]))) throw TooFar(table, row, column);
                series.Actual[(row * series.TargetCount) + i] = values[row];
                series.Transformed[(row * series.TargetCount) + i] = transformed[row];
            }
        }

        series.FillCalendar(table);
        return series;
    }

    /// <summary>XxHash128 of all that the windows are made of, and of where <paramref name="parts"/> lie.</summary>
    public string Hash(params ReadOnlySpan<WindowDataset?> parts)
    {
        XxHash128 hash = new();
        List<int> shape = [Rows, InputWidth, TargetCount, Shape.Window, Shape.Horizon, (int)Shape.RelativeTo, Shape.Season];
        foreach (WindowDataset? part in parts) shape.AddRange([part?.FirstOrigin ?? 0, part?.Rows ?? 0]);
        hash.Append(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(shape)));
        hash.Append(MemoryMarshal.AsBytes<float>(Inputs));
        hash.Append(MemoryMarshal.AsBytes<double>(Transformed));
        foreach (PreparedColumn target in Preparation.Targets)
        {
            hash.Append(Encoding.UTF8.GetBytes(target.Name));
            hash.Append(MemoryMarshal.AsBytes<double>([target.Scale.Offset, target.Scale.Spread]));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private void FillCalendar(Table table)
    {
        IReadOnlyList<CalendarFeature> calendar = Preparation.Spec.Calendar;
        if (calendar.Count == 0) return;
        IReadOnlyList<DateTime> times = table.Times?.Local
            ?? throw new InvalidInputException("The calendar is wanted, and there is no column of dates", "Name it in data.time", new(table.Name));
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

    private static InvalidInputException TooFar(Table table, int row, Column column) => new(
        FormattableString.Invariant($"The value {column.Values[row]} in column '{column.Name}' is too far from the training rows to be scaled"),
        "Correct it",
        table.At(row, column));
}
