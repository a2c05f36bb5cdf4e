using System.Globalization;
using System.IO.Compression;
using RnnActors.Core.Problems;
using RnnActors.Data.NumPy;

namespace RnnActors.Data.Tables;

/// <summary>
/// Reads NumPy arrays as a table. The columns of an array of one or two dimensions are named as in a file without a header; those of a structured array after
/// its fields, and those of an archive (.npz) after its arrays.
/// </summary>
internal static class NumPyTable
{
    /// <summary>Whether these bytes are a file that holds only arrays.</summary>
    public static bool IsOne(byte[] bytes)
    {
        if (NpyFile.IsNpy(bytes)) return true;
        if (!Archive.IsZip(bytes)) return false;
        try
        {
            using ZipArchive archive = new(new MemoryStream(bytes));
            return NpzFile.IsNpz(archive);
        }
        catch (InvalidDataException)
        {
            return false; // reading it as an archive reports the reason
        }
    }

    /// <exception cref="InvalidInputException">It is not a complete file of arrays, or they do not form a table.</exception>
    public static Table Read(byte[] bytes, string shown, CsvFormat format, List<string> notes)
    {
        using MemoryStream stream = new(bytes);
        var columns = NpyFile.IsNpy(bytes) ? NpyFile.ReadColumns(stream, bytes.Length, shown) : NpzFile.ReadColumns(stream, shown);
        ColumnarTable table = new(shown, format, notes);
        for (int i = 0; i < columns.Count; i++)
        {
            (string written, NumPyArray column) = columns[i];
            if (column.Count != columns[0].Column.Count)
            {
                throw new InvalidInputException(
                    $"'{written}' has {column.Count} rows, and '{columns[0].Name}' has {columns[0].Column.Count}",
                    "Save arrays of other lengths in a file of their own", new(shown));
            }

            Add(table, written.Trim().Length > 0 ? written.Trim() : string.Create(CultureInfo.InvariantCulture, $"column{i + 1}"), column, shown);
        }

        return table.Build();
    }

    private static void Add(ColumnarTable table, string name, NumPyArray column, string shown)
    {
        switch (column.Type.Kind)
        {
            case 'U' or 'S':
                table.AddTexts(name, column.ToTexts());
                break;
            case 'b':
                table.AddBooleans(name, [.. column.ToDoubles().Select(value => (bool?)(value != 0))]);
                break;
            case 'M':
                try
                {
                    table.AddDates(name, [.. column.ToCounts().Select(count => Time(count, column.Type.Unit))], isUtc: false, null);
                }
                catch (InvalidDataException problem)
                {
                    throw new InvalidInputException($"In column '{name}', {problem.Message}", "Correct it, or leave the column out", new(shown), problem);
                }

                break;
            default:
                table.AddNumbers(name, column.ToDoubles());
                break;
        }
    }

    /// <param name="count">Units since 1970.</param>
    /// <returns>Null for NaT (not a time).</returns>
    private static DateTime? Time(Int128 count, string unit) => unit switch
    {
        _ when count == long.MinValue => null,
        "Y" => UnixTime.OfMonths(count * 12),
        "M" => UnixTime.OfMonths(count),
        "W" => UnixTime.Of(count * 7 * TimeSpan.TicksPerDay),
        "D" => UnixTime.Of(count * TimeSpan.TicksPerDay),
        "h" => UnixTime.Of(count * TimeSpan.TicksPerHour),
        "m" => UnixTime.Of(count * TimeSpan.TicksPerMinute),
        "s" => UnixTime.Of(count * TimeSpan.TicksPerSecond),
        "ms" => UnixTime.Of(count * TimeSpan.TicksPerMillisecond),
        "us" => UnixTime.Of(count * TimeSpan.TicksPerMicrosecond),
        _ => UnixTime.Of(count / TimeSpan.NanosecondsPerTick),
    };
}
