using RnnActors.Data.Files;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// A table that was read to detect its properties, and is passed on to be loaded: so a file is read only once. It is not part of a specification, so all
/// instances are equal.
/// </summary>
internal readonly struct PreloadedTable : IEquatable<PreloadedTable>
{
    private readonly Reading? _reading;

    private PreloadedTable(Reading reading) => _reading = reading;

    /// <param name="path">The file that was read.</param>
    public static PreloadedTable Of(Table table, string path, CsvFormat format) => new(new(format, FileStamp.Of(path)) { Table = table });

    /// <summary>Takes the table, once; null if it was taken, or is from another file, in another format, or older than the file.</summary>
    /// <param name="shown">Its name in messages from now on.</param>
    public Table? Take(string path, CsvFormat format, string shown)
    {
        if (_reading is null || Interlocked.Exchange(ref _reading.Table, null) is not { } table) return null;
        bool isSame = _reading.Stamp == FileStamp.Of(path) && Same(_reading.Format, format);
        return isSame ? table.Named(shown) : null;
    }

    public bool Equals(PreloadedTable other) => true;

    public override bool Equals(object? obj) => obj is PreloadedTable;

    public override int GetHashCode() => 0;

    private static bool Same(CsvFormat a, CsvFormat b) => a with { MissingValues = b.MissingValues, FillDown = b.FillDown } == b
        && a.MissingValues.SequenceEqual(b.MissingValues) && a.FillDown.SequenceEqual(b.FillDown);

    private sealed class Reading(CsvFormat format, FileStamp stamp)
    {
        public Table? Table;

        public CsvFormat Format => format;

        public FileStamp Stamp => stamp;
    }
}
