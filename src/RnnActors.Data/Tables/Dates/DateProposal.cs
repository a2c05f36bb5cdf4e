using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>
/// Proposes a pattern for dates that cannot be read without one, for an error message: years of two digits, weekdays, hours of a.m. and p.m. without minutes.
/// </summary>
internal static class DateProposal
{
    private const int Enough = 2;

    /// <summary>The maximum length of a date in any pattern and culture. Trying all patterns on a longer text would copy it thousands of times.</summary>
    private const int MaxLength = 100;

    private static readonly string[] Days =
    [
        "dd.MM.yy", "dd/MM/yy", "MM/dd/yy", "d/M/yy", "M/d/yy", "dd-MM-yy", "yy-MM-dd", "dd-MMM-yy", "d-MMM-yy", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy",
        "d.M.yyyy", "d/M/yyyy", "M/d/yyyy", "yyyy-MM-dd", "dd MMM yyyy", "d MMM yyyy", "dd MMMM yyyy", "d MMMM yyyy", "MMM dd, yyyy", "MMM d, yyyy",
        "MMMM dd, yyyy", "MMMM d, yyyy", "dd. MMM yyyy", "d. MMM yyyy", "dd. MMM. yyyy", "dd. MMMM yyyy", "d. MMMM yyyy",
    ];

    private static readonly string[] Weekdays = ["", "ddd ", "ddd, ", "ddd. ", "ddd., ", "dddd ", "dddd, "];

    private static readonly string[] Clocks = ["", " HH:mm", " HH:mm:ss", " H:mm", " htt", " h tt", " h:mmtt", " hh:mmtt", " hh:mm:sstt"];

    /// <summary>Patterns that read every row, each to other dates; at most two.</summary>
    public static IReadOnlyList<string> Find(Func<int, string?> fieldAt, int rows, CultureInfo culture)
    {
        List<(string Pattern, DateTime[] Dates)> found = [];
        if (fieldAt(0) is not { Length: <= MaxLength }) return [];
        foreach (string pattern in Weekdays.SelectMany(weekday => Days.SelectMany(day => Clocks.Select(clock => weekday + day + clock))))
        {
            if (Read(new PatternShape(pattern, culture), fieldAt, rows) is not { } dates || found.Exists(other => other.Dates.AsSpan().SequenceEqual(dates)))
                continue;
            found.Add((pattern, dates));
            if (found.Count == Enough) break;
        }

        return [.. found.Select(one => one.Pattern)];
    }

    private static DateTime[]? Read(PatternShape shape, Func<int, string?> fieldAt, int rows)
    {
        if (fieldAt(0) is not { } first || !shape.TryParse(first, out _, out _)) return null;
        DateTime[] dates = new DateTime[rows];
        for (int row = 0; row < rows; row++)
            if (fieldAt(row) is not { } field || !shape.TryParse(field, out dates[row], out _)) return null;
        return dates;
    }
}
