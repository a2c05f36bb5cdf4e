using System.Globalization;
using System.Security;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Builds a table from columns with declared types.</summary>
internal sealed class ColumnarTable(string path, CsvFormat format, List<string> notes)
{
    private const string Infinite = "Correct it, or write a null where a value is missing";
    private readonly NumberField _number = new(format.FindCulture());
    private readonly DateReading _dates = DateReading.Any(format.FindCulture());
    private readonly FieldPlaces _places = new(path, null);
    private readonly HashSet<string> _missing = new(format.MissingValues, StringComparer.OrdinalIgnoreCase);
    private readonly List<Column> _columns = [];

    /// <summary>Adds a column of numbers; NaN is a missing value.</summary>
    public void AddNumbers(string name, double[] values)
    {
        int infinite = Array.FindIndex(values, double.IsInfinity);
        string? wrong = infinite < 0 ? null : values[infinite].ToString(CultureInfo.InvariantCulture);
        for (int row = Math.Max(infinite, 0); row < values.Length; row++) if (double.IsInfinity(values[row])) values[row] = double.NaN;
        string? FieldAt(int row) => double.IsNaN(values[row]) ? null : values[row].ToString("R", CultureInfo.InvariantCulture);
        Column column = new ColumnFields(name, values, values.Length, FieldAt, null).Decide(_dates, _places);
        Add(wrong is null
            ? column
            : new(name, values, ColumnKind.Numbers, FieldAt) { Fault = new(infinite, $"'{wrong}' in column '{name}' is not a finite number", Infinite) });
    }

    public void AddBooleans(string name, bool?[] truths)
    {
        bool isEmpty = Array.TrueForAll(truths, truth => truth is null);
        double[] values = [.. truths.Select(truth => truth is { } known ? (known ? 1 : 0) : double.NaN)];
        string? FieldAt(int row) => truths[row] is { } truth ? (truth ? "true" : "false") : null;
        Add(new(name, values, isEmpty ? ColumnKind.Empty : ColumnKind.Booleans, FieldAt) { LeftOut = isEmpty ? "no value" : null });
    }

    /// <summary>Adds a column of texts. They are parsed as numbers or dates where possible, as in a CSV file.</summary>
    public void AddTexts(string name, string?[] texts)
    {
        for (int row = 0; row < texts.Length; row++)
            if (texts[row] is { } text && (texts[row] = text.Trim()) is var field && (field.Length == 0 || _missing.Contains(field))) texts[row] = null;
        double[] values = [.. texts.Select(text => text is not null && _number.TryParse(text, out double value) ? value : double.NaN)];
        Add(new ColumnFields(name, values, values.Length, row => texts[row], null).Decide(_dates, _places));
    }

    /// <param name="instants">Dates in UTC if <paramref name="isUtc"/> is true, else in the time of <paramref name="zone"/>.</param>
    /// <param name="zone">The time zone to show them in, if the file names one; null for none.</param>
    public void AddDates(string name, DateTime?[] instants, bool isUtc, string? zone)
    {
        TimeSpan[]? offsets = null;
        if (isUtc)
        {
            TimeZoneInfo clock = Zone(zone);
            offsets = [.. instants.Select(time => time is { } known ? clock.GetUtcOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : TimeSpan.Zero)];
        }

        DateTime[] local = [.. instants.Select((time, row) => time is { } known ? Shifted(known, offsets?[row] ?? default) : default)];
        int fits = instants.Count(time => time is not null);
        DateColumn dates = new(local, offsets, Layout(local, offsets, zone), fits, Array.FindIndex(instants, time => time is null), -1, instants.Length);
        string? FieldAt(int row) => instants[row] is null ? null : dates.Layout.Format(local[row], offsets?[row]);
        bool isEmpty = dates.Fits == 0;
        double[] values = new double[local.Length];
        Array.Fill(values, double.NaN);
        Add(new(name, values, isEmpty ? ColumnKind.Empty : ColumnKind.Dates, FieldAt)
        {
            LeftOut = isEmpty ? "no value" : "dates",
            Dates = isEmpty ? null : dates,
            Fault = isEmpty ? null : ColumnFields.IsDates(name, Array.FindIndex(instants, time => time is not null)),
        });
    }

    /// <summary>Adds a column whose fields are not single values.</summary>
    /// <param name="what">What it holds, as a noun in the plural.</param>
    public void AddOther(string name, int rows, string what) =>
        AddWithout(name, rows, what, new(0, $"Column '{name}' holds {what}, which are no numbers", "Name another column"));

    /// <summary>Adds a column whose values cannot be read, in a file whose other columns can.</summary>
    /// <param name="problem">What is unsupported about it, as a clause.</param>
    public void AddUnread(string name, int rows, string problem) => AddWithout(
        name, rows, "values that are stored in an unsupported way",
        new(0, $"Column '{name}' is stored in an unsupported way: {problem}", "Write the file with plain or dictionary encoding, or as Arrow or CSV"));

    public Table Build()
    {
        if (_columns.Count == 0) throw new InvalidInputException("The file has no column", where: _places.Table);
        if (_columns[0].Rows == 0) throw new InvalidInputException("The file has no row", where: _places.Table);
        return TableMaker.Make(format, _columns, _places, notes);
    }

    private void AddWithout(string name, int rows, string leftOut, FieldFault fault)
    {
        double[] values = new double[rows];
        Array.Fill(values, double.NaN);
        Add(new(name, values, ColumnKind.Texts, _ => null) { LeftOut = leftOut, Fault = fault });
    }

    private static DateTime Shifted(DateTime time, TimeSpan offset) =>
        new(Math.Clamp(time.Ticks + offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Unspecified);

    private static DateLayout Layout(DateTime[] local, TimeSpan[]? offsets, string? zone)
    {
        string pattern = Array.TrueForAll(local, time => time.TimeOfDay == default) && offsets is null ? "yyyy-MM-dd"
            : Array.TrueForAll(local, time => time.Ticks % TimeSpan.TicksPerSecond == 0) ? "yyyy-MM-dd HH:mm:ss"
            : Array.TrueForAll(local, time => time.Ticks % TimeSpan.TicksPerMillisecond == 0) ? "yyyy-MM-dd HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.fffffff";
        string? style = offsets is null ? null : zone is null or "UTC" ? "Z" : "hh:mm";
        return new(new PatternShape(pattern, CultureInfo.InvariantCulture), style);
    }

    /// <summary>Finds a time zone by its name in the tz database, or by an offset such as +01:00.</summary>
    private TimeZoneInfo Zone(string? name)
    {
        if (name is null || name.Equals("UTC", StringComparison.OrdinalIgnoreCase)) return TimeZoneInfo.Utc;
        bool isOffset = WrittenOffset.TrySplit($"2000-01-01 00:00{name}", out _, out WrittenOffset written);
        if (isOffset) return TimeZoneInfo.CreateCustomTimeZone(name, written.Offset, name, name);
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception problem) when (problem is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or ArgumentException)
        {
            notes.Add($"This machine knows no time zone '{name}': dates are shown in UTC.");
            return TimeZoneInfo.Utc;
        }
    }

    private void Add(Column column)
    {
        if (_columns.Exists(other => other.Name == column.Name))
            throw new InvalidInputException($"Two columns are named '{column.Name}'", "Rename one of them", _places.Table);
        _columns.Add(column);
    }
}
