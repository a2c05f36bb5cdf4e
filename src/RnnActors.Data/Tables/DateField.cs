using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>
/// Reads dates: ISO 8601 from a year down to fractions of a second, and the ways in which a culture writes them with their year. A time zone, where there
/// is one, is taken into account (dates become UTC); without one the date stands as written.
/// </summary>
internal sealed class DateField
{
    private const DateTimeStyles Styles = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] IsoPatterns =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mmK", "yyyy-MM", "yyyy",
        "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm", "yyyyMMdd", "yyyyMMddTHHmmssK", "yyyyMMddHHmm", "yyyyMMddHHmmss",
    ];

    private readonly (string Pattern, CultureInfo Culture)[] _patterns;
    private int _last;

    public DateField(CultureInfo culture) =>
        _patterns =
        [
            .. IsoPatterns.Select(pattern => (pattern, CultureInfo.InvariantCulture)),
            .. culture.DateTimeFormat.GetAllDateTimePatterns().Where(pattern => pattern.Contains('y')).Select(pattern => (pattern, culture)),
        ];

    public bool TryParse(ReadOnlySpan<char> field, out DateTime date)
    {
        field = field.Trim();
        if (TryParse(field, _last, out date)) return true; // one file writes its dates in one way

        for (int i = 0; i < _patterns.Length; i++)
        {
            if (!TryParse(field, i, out date)) continue;
            _last = i;
            return true;
        }

        return false;
    }

    private bool TryParse(ReadOnlySpan<char> field, int pattern, out DateTime date)
    {
        bool parsed = DateTime.TryParseExact(field, _patterns[pattern].Pattern, _patterns[pattern].Culture, Styles, out date);
        date = DateTime.SpecifyKind(date, DateTimeKind.Unspecified);
        return parsed;
    }
}
