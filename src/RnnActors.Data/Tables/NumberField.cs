using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>
/// Reads numbers strictly, as a culture writes them. A thousands separator is accepted only between groups of the right size, so that <c>1,5</c> never becomes
/// 15. Infinity and NaN are refused.
/// </summary>
internal sealed class NumberField
{
    private readonly NumberFormatInfo _format;
    private readonly bool _groupsBySpace;
    private readonly bool _groupsByApostrophe;

    public NumberField(CultureInfo culture)
    {
        _format = (NumberFormatInfo)culture.NumberFormat.Clone();
        _groupsBySpace = _format.NumberGroupSeparator is [var separator] && IsSpace(separator);
        if (_groupsBySpace) _format.NumberGroupSeparator = " ";
        _groupsByApostrophe = _format.NumberGroupSeparator is "'" or "\u2019"; // libraries of cultures have either
        if (_groupsByApostrophe) _format.NumberGroupSeparator = "'";
    }

    public bool TryParse(ReadOnlySpan<char> field, out double value)
    {
        field = field.Trim();
        if (_groupsBySpace && field.ContainsAny('\u00A0', '\u202F')) field = field.ToString().Replace('\u00A0', ' ').Replace('\u202F', ' ');
        if (_groupsByApostrophe && field.Contains('\u2019')) field = field.ToString().Replace('\u2019', '\'');
        value = 0;
        return GroupsAreWhole(field)
            && double.TryParse(field, NumberStyles.Float | NumberStyles.AllowThousands, _format, out value)
            && double.IsFinite(value);
    }

    private bool GroupsAreWhole(ReadOnlySpan<char> field)
    {
        string separator = _format.NumberGroupSeparator;
        if (separator.Length == 0 || field.IndexOf(separator) < 0) return true;

        int end = field.IndexOf(_format.NumberDecimalSeparator);
        if (end < 0) end = field.IndexOfAny('e', 'E');
        ReadOnlySpan<char> whole = end < 0 ? field : field[..end];
        int[] sizes = _format.NumberGroupSizes;
        for (int group = 0; ; group++)
        {
            int size = sizes.Length == 0 ? 0 : sizes[Math.Min(group, sizes.Length - 1)];
            int at = whole.LastIndexOf(separator);
            int digits = whole.Length - (at < 0 ? 0 : at + separator.Length);
            if (at < 0) return size == 0 || whole.TrimStart("+-").Length is var first && first >= 1 && first <= size;
            if (digits != size) return false;
            whole = whole[..at];
        }
    }

    private static bool IsSpace(char c) => c is ' ' or '\u00A0' or '\u202F';
}
