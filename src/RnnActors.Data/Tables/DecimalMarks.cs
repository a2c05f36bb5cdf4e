using System.Buffers;
using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>
/// Detects whether commas and points in a file's numbers separate thousands or decimals, if no culture is given. 1,447 is ambiguous; 12,5 and 1,234,567 are
/// not.
/// </summary>
internal sealed class DecimalMarks
{
    public const string German = "de-DE", English = "en-US";

    private const int Group = 3;
    private static readonly SearchValues<char> DigitsAndMarks = SearchValues.Create("0123456789.,");
    private bool _hasDecimals;
    private int _doubtful = -1;
    private int _doubtfulPoint = -1;

    /// <summary>The only culture that fits a field of the column; null while all are ambiguous.</summary>
    public string? Decided { get; private set; }

    /// <summary>Examines a field that is not missing.</summary>
    public void Observe(ReadOnlySpan<char> field, int offset)
    {
        int comma = field.IndexOf(',');
        if (comma < 0)
        {
            int point = field.IndexOf('.');
            if (point < 0) return;
            if (_doubtfulPoint < 0 && IsDoubtful(field, '.')) _doubtfulPoint = offset;
            else if (Decided is null && Decide(field) is { } culture) Decided = culture;
            else _hasDecimals |= IsPlain(field, '.') && !IsDoubtful(field, '.');
            return;
        }

        if (_doubtful < 0 && IsDoubtful(field, ',')) _doubtful = offset;
        Decided ??= Decide(field);
    }

    /// <summary>
    /// The offset of a field whose point separates thousands if the comma is decimal, where nothing else in the column shows it; -1 for none.
    /// </summary>
    public int LonePoint => Decided is null && _doubtful < 0 && !_hasDecimals ? _doubtfulPoint : -1;

    /// <summary>The offset of an ambiguous field of this column; -1 for none.</summary>
    /// <param name="elsewhere">The culture that other columns of the file have decided.</param>
    public int Doubt(string? elsewhere)
    {
        if (_doubtful >= 0 && Decided != English && !_hasDecimals) return _doubtful;
        return _doubtfulPoint >= 0 && !_hasDecimals && (Decided ?? elsewhere) == German ? _doubtfulPoint : -1;
    }

    public static InvalidInputException Refuse(string field, string column, string? decided, SourceLocation where)
    {
        string plain = field.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        string point = field.Replace(',', '.');
        return new(
            $"'{ShownField.Of(field)}' in column '{column}' may be {ShownField.Of(point)} or {ShownField.Of(plain)}",
            decided is null
                ? $"Set data.culture to {German} if it is {(field.Contains(',', StringComparison.Ordinal) ? point : plain)}, "
                    + $"to {English} if it is {(field.Contains(',', StringComparison.Ordinal) ? plain : point)}"
                : $"Set data.culture, to {decided} as other numbers of the file are written",
            where);
    }

    /// <summary>The only culture in which a text with commas is a number; null if it is none or both.</summary>
    public static string? Decide(ReadOnlySpan<char> field)
    {
        int comma = field.LastIndexOf(','), point = field.LastIndexOf('.');
        ReadOnlySpan<char> digits = field.TrimStart("+-");
        if (digits.IsEmpty || digits.ContainsAnyExcept(DigitsAndMarks) || !char.IsAsciiDigit(digits[^1])) return null;
        if (comma < 0) return digits.Count('.') > 1 && GroupsFit(digits, '.') ? German : null;
        if (point < 0)
        {
            if (digits.Count(',') > 1) return GroupsFit(digits, ',') ? English : null;
            return IsDoubtful(digits, ',') && digits[0] != '0' ? null : German;
        }

        if (comma < point) return digits.Count('.') == 1 && GroupsFit(digits[..digits.IndexOf('.')], ',') ? English : null;
        return digits.Count(',') == 1 && GroupsFit(digits[..digits.IndexOf(',')], '.') ? German : null;
    }

    private static bool GroupsFit(ReadOnlySpan<char> digits, char separator)
    {
        int group = 0;
        foreach (Range range in digits.Split(separator))
        {
            int length = digits[range].Length;
            if (group++ == 0 ? length is < 1 or > Group : length != Group) return false;
        }

        return true;
    }

    /// <summary>Whether the field is up to three digits, a mark and three digits.</summary>
    private static bool IsDoubtful(ReadOnlySpan<char> field, char mark)
    {
        field = field.TrimStart("+-");
        int at = field.IndexOf(mark);
        return at is >= 1 and <= Group && field.Length - at - 1 == Group && !field[..at].ContainsAnyExceptInRange('0', '9')
            && !field[(at + 1)..].ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsPlain(ReadOnlySpan<char> field, char mark) => field.Count(mark) == 1 && double.TryParse(field, CultureInfo.InvariantCulture, out _);
}
