using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// A <see cref="WindowDataset"/>: the rows of the series that its windows read and forecast, once each, and the preparation that says how they are cut.
/// </summary>
public sealed class WindowFormat : DatasetFormat
{
    private const int MaxOutputs = 1 << 24;

    public override string Kind => "windows";

    public override DatasetContent? Describe(SequenceDataset dataset)
    {
        if (dataset is not WindowDataset windows) return null;
        PreparedSeries series = windows.Series;
        int start = windows.FirstOrigin - series.Shape.Reach, end = Math.Min(series.Rows, windows.FirstOrigin + windows.Rows - 1 + series.Shape.Horizon),
            rows = end - start;
        return new DatasetContent(
            [
                NamedTensor.Of<double>("targets", series.Transformed.AsMemory(start * series.TargetCount, rows * series.TargetCount), rows, series.TargetCount),
                NamedTensor.Of<float>("inputs", series.Inputs.AsMemory(start * series.InputWidth, rows * series.InputWidth), rows, series.InputWidth),
            ],
            [Number("windows", windows.Rows), new("preparation", series.Preparation.ToJson())]);
    }

    public override SequenceDataset Read(SafetensorsFile file)
    {
        int windows = Number(file, "windows", 1);
        Preparation preparation = Preparation.FromJson(file.Metadata.GetValueOrDefault("preparation") ?? throw Malformed(file, "'preparation' is missing"));
        ForecastSpecCheck.Check(preparation.Spec);
        if ((long)preparation.Targets.Count * preparation.Spec.Horizon > MaxOutputs)
            throw Malformed(file, $"a horizon of {preparation.Spec.Horizon} rows is too long");
        double[] targets = Values<double>(file, "targets", out long[] extents, -1, preparation.Targets.Count);
        float[] inputs = Values<float>(file, "inputs", out _, (int)extents[0], PreparedSeries.InputWidthOf(preparation));
        PreparedSeries series = PreparedSeries.OfWindows(preparation, (int)extents[0], inputs, targets);
        return (long)series.Shape.Reach + windows - 1 <= series.Rows
            ? new WindowDataset(series, series.Shape.Reach, windows)
            : throw Malformed(file, $"{series.Rows} rows do not hold {windows} windows that look back at {series.Shape.Reach}");
    }
}
