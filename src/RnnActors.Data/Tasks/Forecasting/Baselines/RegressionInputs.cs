using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting.Baselines;

/// <summary>The inputs of a regression: the last rows of windows, as the network reads them.</summary>
/// <param name="rowsRead">How many rows.</param>
/// <param name="train">The training windows; null if each window is read separately, since it is normalised by its own values.</param>
internal sealed class RegressionInputs(PreparedPanel panel, int rowsRead, WindowDataset? train)
{
    /// <summary>
    /// Standardises the network's inputs over the training windows, so that the penalty treats all alike; null if each window is read separately.
    /// </summary>
    private readonly LinearScale[]? _scales = train is null ? null : Scales(panel, train);

    /// <summary>Whether each window is read separately.</summary>
    public bool AreOwn => _scales is null;

    /// <summary>The number of values of a window.</summary>
    public int Count => rowsRead * panel.InputWidth;

    /// <summary>Reads standardised values from (rows, I).</summary>
    public void ReadStandardised(int from, Span<double> into)
    {
        int input = from % panel.InputWidth;
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = _scales![input].Apply(panel.Inputs[from + i]);
            if (++input == panel.InputWidth) input = 0;
        }
    }

    /// <summary>The last rows of windows as the network reads them: (windows, F).</summary>
    public double[] ReadEach(WindowDataset part, int[] rows)
    {
        const int AtOnce = 256;
        int width = panel.InputWidth, skipped = part.Steps - rowsRead;
        double[] read = new double[rows.Length * Count];
        Batch batch = part.CreateBatch(Math.Min(AtOnce, Math.Max(1, rows.Length)));
        for (int start = 0; start < rows.Length; start += AtOnce)
        {
            ReadOnlySpan<int> some = rows.AsSpan(start, Math.Min(AtOnce, rows.Length - start));
            part.Read(some, batch);
            for (int b = 0; b < some.Length; b++)
            {
                for (int t = 0; t < rowsRead; t++)
                {
                    ReadOnlySpan<float> row = batch.Inputs.Slice((((skipped + t) * some.Length) + b) * width, width);
                    for (int i = 0; i < width; i++) read[((start + b) * Count) + (t * width) + i] = row[i];
                }
            }
        }

        return read;
    }

    private static LinearScale[] Scales(PreparedPanel panel, WindowDataset train)
    {
        int width = panel.InputWidth;
        (int Start, int End)[] rows = [.. train.Ranges.Select(range => (range.Origin - panel.Shape.Reach, range.Origin + range.Count))];
        if (rows.Length == 1) rows[0].Start = 0;
        double[] fitted = new double[rows.Sum(range => range.End - range.Start)];
        LinearScale[] scales = new LinearScale[width];
        for (int i = 0; i < width; i++)
        {
            int at = 0;
            foreach ((int start, int end) in rows)
                for (int row = start; row < end; row++) fitted[at++] = panel.Inputs[(row * width) + i];
            scales[i] = LinearScale.Fit(Scaling.Standard, fitted);
        }

        return scales;
    }
}
