using System.Runtime.InteropServices;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Small tables, and their windows as the network reads them.</summary>
internal static class TestTables
{
    /// <summary>What came, in the targets' own units: (rows, targets · horizon); NaN where it was not observed.</summary>
    public static double[] Actual(this WindowDataset part)
    {
        double[] actual = new double[part.Rows * part.Target.Outputs];
        Array.Fill(actual, double.NaN);
        foreach ((_, _, _, double value, int at) in part.Observed()) actual[at] = value;
        return actual;
    }

    /// <summary>Columns <c>a</c>, <c>b</c> … of numbers above 0 that are not alike.</summary>
    public static Table Of(int rows, int columns, double[]? noise = null) => new("a table",
    [
        .. Enumerable.Range(0, columns).Select(c => new Column(
            ((char)('a' + c)).ToString(),
            [.. Enumerable.Range(0, rows)
                .Select(r => 20 + (10 * Math.Sin((r + (7 * c)) * 0.7)) + (r * 0.1 * c) + (noise?[((r * columns) + c) % noise.Length] ?? 0))])),
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

    /// <summary>Values that are not alike, with one decimal, above 0.</summary>
    public static double[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => 50 + (10 * Math.Sin(i * 0.5)) + Math.Round(10 * random.NextDouble(), 1))];

    /// <summary>
    /// Series <c>s0</c>, <c>s1</c> … one behind the other, dated day by day from different days on, of different lengths and sizes: what is observed
    /// (<c>y</c>), an
    /// input (<c>x</c>), and what is known ahead (<c>k</c>).
    /// </summary>
    /// <param name="missing">The share of the values of y and x that is missing; the last one of y is there.</param>
    /// <param name="gaps">The share of the days that has no row.</param>
    public static Table Dated(Random random, int series, int rows, double missing = 0, double gaps = 0)
    {
        List<string?> names = [];
        List<DateTime> dates = [];
        List<double> y = [], x = [], k = [];
        for (int number = 0; number < series; number++)
        {
            int length = rows - (3 * number);
            double[] a = Values(random, length), b = Values(random, length);
            for (int i = 0; i < length; i++)
            {
                if (i > 0 && i < length - 1 && random.NextDouble() < gaps) continue;
                names.Add($"s{number}");
                dates.Add(new DateTime(2024, 1, 1).AddDays((2 * number) + i));
                y.Add(random.NextDouble() < missing && i < length - 1 ? double.NaN : Math.Round(a[i] * (number + 1), 1));
                x.Add(random.NextDouble() < missing ? double.NaN : Math.Round(b[i], 1));
                k.Add(Math.Round(random.NextDouble(), 1));
            }
        }

        return new("dated", [new Column("id", [.. names]), new("y", [.. y]), new("x", [.. x]), new("k", [.. k])], dates);
    }

    /// <summary>These rows alone.</summary>
    public static Table Only(Table table, Func<int, bool> isWanted) => table.Select([.. Enumerable.Range(0, table.Rows).Where(isWanted)]);

    /// <summary>A table with other values in one column.</summary>
    public static Table Change(Table table, string name, Func<int, double, double> change) => table.With(
        [.. table.Columns.Select(column => column.Name == name ? new Column(name, [.. column.Values.Select((value, row) => change(row, value))]) : column)],
            table.Times);

    public static Table Parse(string text, string? time = null) => CsvTable.Parse(new("f.csv", text), new() { Time = time });

    public static void AssertSameBits(Batch expected, Batch found)
    {
        Xunit.Assert.True(MemoryMarshal.AsBytes(expected.Inputs).SequenceEqual(MemoryMarshal.AsBytes(found.Inputs)));
        Xunit.Assert.True(MemoryMarshal.AsBytes(expected.Targets).SequenceEqual(MemoryMarshal.AsBytes(found.Targets)));
    }

    public static string Write(string text)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "data.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
