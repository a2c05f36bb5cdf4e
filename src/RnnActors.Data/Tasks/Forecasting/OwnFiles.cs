using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Separate tables for validation and test, in place of parts of the training table. A table that begins after the end of the previous one continues it: its
/// first windows look back into that.
/// </summary>
/// <param name="Validation">Null for a part of the training table.</param>
/// <param name="Test">Null for a part of the training table.</param>
public sealed record OwnFiles(Table? Validation = null, Table? Test = null)
{
    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">A file cannot be read.</exception>
    internal static OwnFiles Read(ForecastDataSpec spec, string baseDirectory)
    {
        return new(Own("validation", spec.Validation), Own("test", spec.Test));

        Table? Own(string key, string? path) => path is null ? null
            : spec.Path is not null ? ForecastFile.Read(spec, Path.Combine(baseDirectory, path))
            : throw new InvalidInputException($"data.{key} names a file, and the built-in series has parts of its own", "Give data.path too");
    }

    /// <summary>The split of the training table; a part with a file of its own has none of it.</summary>
    /// <exception cref="InvalidInputException">The given split has such a part.</exception>
    internal SplitSpec SplitOf(ForecastDataSpec spec)
    {
        if (Validation is null && Test is null) return spec.Split;
        if (spec.Split == ForecastDataSpec.UsualSplit)
            return spec.Split with
            {
                Train = SplitSpec.Rest,
                Validation = Validation is null ? spec.Split.Validation : 0,
                Test = Test is null ? spec.Split.Test : 0,
            };
        string? twice = Validation is not null && spec.Split.Validation > 0 ? "validation" : Test is not null && spec.Split.Test > 0 ? "test" : null;
        return twice is null ? spec.Split : throw new InvalidInputException(
            $"data.{twice} names a file, and data.split has a part for {twice} too", $"Leave out data.{twice}, or set data.split.{twice}=0");
    }

    /// <summary>All windows of a separate table, with what was fitted to the training rows; null for no table.</summary>
    /// <param name="part">The name of the part in messages: <c>validation</c>.</param>
    /// <param name="before">The table that it may continue.</param>
    /// <exception cref="InvalidInputException">The table is not like the training table, or is shorter than one window.</exception>
    internal static WindowDataset? WindowsOf(Preparation preparation, string part, Table? own, Table before, List<string> notes)
    {
        if (own is null) return null;
        Panel panel = PanelBuilder.Build(preparation.Spec, own, before.Times is null ? null : () => before); // without dates nobody knows whether it continues
        notes.AddRange(panel.Notes.Where(note => !notes.Contains(note)).Select(note => $"{part}: {note}"));
        return WindowsOf(PreparedPanel.Create(panel, preparation), panel) is { Rows: > 0 } windows ? windows : throw new InvalidInputException(
            $"The {part} file holds no window: the network looks back at {WindowShape.Of(preparation.Spec).Reach} rows and forecasts "
            + $"{preparation.Spec.Horizon}",
            "Give a longer file, or a part of the training table in data.split", new(own.Name));
    }

    /// <summary>All windows of a panel that forecast no row of its history.</summary>
    internal static WindowDataset WindowsOf(PreparedPanel prepared, Panel panel)
    {
        return new(prepared, WindowCutter.RangesOf(prepared, [.. prepared.Series.Select(series => new RowRange(FirstNew(series), series.Known))]));

        int FirstNew(SeriesRows series)
        {
            int row = series.Start;
            while (panel.FirstNew > 0 && row < series.Known && panel.SourceRows[row] < panel.FirstNew) row++;
            return row;
        }
    }
}
