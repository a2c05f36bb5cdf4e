using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Small tables, and their windows as the network reads them.</summary>
internal static class TestTables
{
    /// <summary>Columns <c>a</c>, <c>b</c> … of numbers above 0 that are not alike.</summary>
    public static Table Of(int rows, int columns, double[]? noise = null) => new("a table",
    [
        .. Enumerable.Range(0, columns).Select(c => new Column(
            ((char)('a' + c)).ToString(),
            [.. Enumerable.Range(0, rows).Select(r => 20 + (10 * Math.Sin((r + (7 * c)) * 0.7)) + (r * 0.1 * c) + (noise?[((r * columns) + c) % noise.Length] ?? 0))])),
    ]);

    public static Batch ReadAll(WindowDataset part)
    {
        Batch batch = part.CreateBatch(part.Rows);
        part.Read([.. Enumerable.Range(0, part.Rows)], batch);
        return batch;
    }

    /// <summary>What the network reads of each window, alone: (T, I).</summary>
    public static float[][] Windows(WindowDataset part) => [.. Enumerable.Range(0, part.Rows).Select(row => ReadOne(part, row).Inputs.ToArray())];

    public static Batch ReadOne(WindowDataset part, int row)
    {
        Batch batch = part.CreateBatch(1);
        part.Read([row], batch);
        return batch;
    }

    public static string Write(string text)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "data.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
