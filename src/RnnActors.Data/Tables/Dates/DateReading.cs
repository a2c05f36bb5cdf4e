using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>A set of date formats that may occur together in one column.</summary>
internal sealed class DateReading(IReadOnlyList<DateShape> shapes)
{
    private const int RowsToCompare = 1000;

    /// <summary>Reading stops after this many rows that are not dates, if they are the majority: each costs a try of all formats.</summary>
    private const int MaxMisses = 100;

    private static readonly string[] IsoDates = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyy-M-d", "yyyy/M/d"];

    private static readonly string[] Clocks = ["HH:mm:ss", "HH:mm", "H:mm:ss", "H:mm", "HH", "H", "hh:mm:ss tt", "hh:mm tt", "h:mm:ss tt", "h:mm tt"];

    private static readonly string[] Fractions = [.. Enumerable.Range(1, 7).Select(digits => "HH:mm:ss." + new string('f', digits))];

    private static readonly string[] Digits =
        ["yyyyMMdd", "yyyy", "yyyyMM", "yyyyMMddTHHmmss", "yyyyMMddTHHmm", "yyyyMMddHH", "yyyyMMddHHmm", "yyyyMMddHHmmss"];

    private static readonly string[] Named =
    [
        "MMM yyyy", "MMM-yyyy", "MMMM yyyy", "dd-MMM-yyyy", "dd MMM yyyy", "d MMM yyyy", "dd MMMM yyyy", "d MMMM yyyy", "MMM dd, yyyy", "MMM d, yyyy",
        "MMMM dd, yyyy", "MMMM d, yyyy", "dd/MMM/yyyy", "yyyy MMM", "yyyy-MMM",
    ];

    /// <summary>The maximum length of a date. All formats are tried, which would be slow for long texts.</summary>
    private const int MaxLength = 128;

    private int _last;

    /// <summary>Every format that includes the year, with day or month first.</summary>
    public static DateReading Any(CultureInfo culture) => new([.. General(culture), .. DayMonth(dayFirst: true), .. DayMonth(dayFirst: false)]);

    public static IEnumerable<DateShape> General(CultureInfo culture)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        IEnumerable<string> iso = IsoDates.Concat(
            [.. IsoDates.SelectMany(date => Clocks.Concat(Fractions).SelectMany(clock => (string[])[$"{date} {clock}", $"{date}'T'{clock}"]))])
            .Concat(["yyyy-MM", "yyyy/MM"]);
        foreach (string pattern in iso.Concat(Digits)) yield return new PatternShape(pattern, invariant);
        foreach (bool dashes in (bool[])[true, false])
            foreach (bool days in (bool[])[false, true]) yield return new WeekShape(dashes, days);
        foreach (string separator in (string[])["", "-", " "])
            foreach (bool yearFirst in (bool[])[true, false]) yield return new QuarterShape(separator, yearFirst);
        foreach (string pattern in Named) yield return new PatternShape(pattern, culture);
        if (culture.Name.Length == 0) yield break;
        IEnumerable<string> written = culture.DateTimeFormat.GetAllDateTimePatterns()
            .Where(pattern => pattern.Contains('y') && !pattern.Contains('K') && !pattern.Contains('z'));
        foreach (string pattern in written.Distinct()) yield return new PatternShape(pattern, culture);
        string order = culture.DateTimeFormat.ShortDatePattern;
        if (order.StartsWith('y')) yield break;
        foreach (DateShape shape in DayMonth(order.StartsWith('d'))) yield return shape;
    }

    /// <summary>The formats of day, month and year as numbers.</summary>
    public static IEnumerable<DateShape> DayMonth(bool dayFirst)
    {
        foreach (string separator in (string[])["'/'", "'.'", "-"])
        {
            foreach (bool full in (bool[])[true, false])
            {
                string day = full ? "dd" : "d", month = full ? "MM" : "M";
                string date = string.Join(separator, dayFirst ? [day, month, "yyyy"] : (string[])[month, day, "yyyy"]);
                foreach (string clock in (string[])["", .. Clocks.Concat(Fractions).SelectMany(c => (string[])[$" {c}", $", {c}"])])
                    yield return new PatternShape(date + clock, CultureInfo.InvariantCulture);
            }
        }
    }

    public bool IsDate(string field) => TryParse(field, out _, out _);

    /// <summary>Reads the dates of a column.</summary>
    public DateColumn Read(Func<int, string?> fieldAt, int rows)
    {
        DateTime[] local = new DateTime[rows];
        TimeSpan?[]? offsets = null; // few files have any
        int fits = 0, bad = -1, longest = -1, mixed = -1, length = 0, looked = 0;
        for (int row = 0; row < rows && (looked - fits <= MaxMisses || looked < 2 * fits); row++, looked++)
        {
            string? field = fieldAt(row);
            if (field is null || !TryParse(field, out local[row], out WrittenOffset? written))
            {
                if (bad < 0) bad = row;
                continue;
            }

            fits++;
            if (written is not null) (offsets ??= new TimeSpan?[rows])[row] = written.Value.Offset;
            if (field.Length > length) (longest, length) = (row, field.Length);
            if (mixed < 0 && offsets?[row] is null != offsets?[0] is null) mixed = row;
        }

        TimeSpan[]? known = bad >= 0 || mixed >= 0 || rows == 0 || offsets?[0] is null ? null : [.. offsets.Select(offset => offset!.Value)];
        DateLayout layout = longest < 0 ? DateLayout.Iso : LayoutOf(fieldAt, longest, rows, local, offsets);
        return new(local, known, layout, fits, bad, mixed, looked);
    }

    private DateLayout LayoutOf(Func<int, string?> fieldAt, int longest, int rows, DateTime[] local, TimeSpan?[]? offsets)
    {
        DateLayout? first = null;
        string field = fieldAt(longest)!;
        WrittenOffset? split = WrittenOffset.TrySplit(field, out string date, out WrittenOffset behind) ? behind : null;
        foreach (DateShape shape in shapes)
        {
            if (!TryParse(shape, field, date, split, out _, out WrittenOffset? written)) continue;
            DateLayout layout = new(shape, shape.OwnsOffset ? null : written?.Style);
            first ??= layout;
            bool isHow = Enumerable.Range(0, Math.Min(rows, RowsToCompare)).Append(longest)
                .All(row => local[row] == default || layout.Format(local[row], offsets?[row]) == fieldAt(row));
            if (isHow) return layout;
        }

        return first!;
    }

    private bool TryParse(string field, out DateTime local, out WrittenOffset? offset)
    {
        (local, offset) = (default, null);
        if (field.Length > MaxLength || !field.AsSpan().ContainsAnyInRange('0', '9')) return false;
        WrittenOffset? split = WrittenOffset.TrySplit(field, out string date, out WrittenOffset written) ? written : null;
        if (_last < shapes.Count && TryParse(shapes[_last], field, date, split, out local, out offset)) return true; // a file rarely has several

        for (int i = 0; i < shapes.Count; i++)
        {
            if (!TryParse(shapes[i], field, date, split, out local, out offset)) continue;
            _last = i;
            return true;
        }

        return false;
    }

    private static bool TryParse(DateShape shape, string field, string date, WrittenOffset? split, out DateTime local, out WrittenOffset? offset)
    {
        offset = split;
        if (split is not null && !shape.OwnsOffset && shape.TryParse(date, out local, out _)) return true;
        bool isDate = shape.TryParse(field, out local, out TimeSpan? own);
        offset = own is { } known ? new(known, "") : null;
        return isDate;
    }
}

/// <summary>The dates of a column.</summary>
/// <param name="Fits">How many rows have a date.</param>
/// <param name="Bad">The first row without one; -1 for none.</param>
/// <param name="Mixed">The first row that differs from the first one in whether it has an offset from UTC; -1 for none.</param>
/// <param name="Examined">How many rows were read: all, unless most are not dates.</param>
internal sealed record DateColumn(DateTime[] Local, TimeSpan[]? Offsets, DateLayout Layout, int Fits, int Bad, int Mixed, int Examined);
