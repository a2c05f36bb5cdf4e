using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>An offset from UTC behind a time, and how it is written: Z, +01:00, +0100 or +01.</summary>
internal readonly record struct WrittenOffset(TimeSpan Offset, string Style)
{
    /// <summary>Parts a field into its date and the offset behind it; false where there is none.</summary>
    public static bool TrySplit(string field, out string date, out WrittenOffset written)
    {
        (date, written) = (field, default);
        foreach (string name in (string[])["Z", "z", " UTC", "UTC", " GMT"])
            if (field.EndsWith(name, StringComparison.Ordinal)) return Take(field, name.Length, TimeSpan.Zero, name, out date, out written);

        foreach (string style in (string[])["hh:mm", "hhmm", "hh"])
        {
            int at = field.Length - style.Length - 1;
            if (at < 1 || field[at] is not ('+' or '-')) continue;
            string digits = field[(at + 1)..];
            if (style[2..].StartsWith(':') && digits[2] != ':') continue;
            digits = digits.Replace(":", "", StringComparison.Ordinal);
            if (digits.Length != style.Count(char.IsLetter) || !digits.All(char.IsAsciiDigit)) continue;
            int hours = int.Parse(digits[..2], CultureInfo.InvariantCulture);
            int minutes = digits.Length > 2 ? int.Parse(digits[2..], CultureInfo.InvariantCulture) : 0;
            if (hours > 14 || minutes > 59) continue;
            TimeSpan offset = new(hours, minutes, 0);
            bool spaced = field[at - 1] == ' ';
            return Take(field, style.Length + (spaced ? 2 : 1), field[at] == '-' ? -offset : offset, (spaced ? " " : "") + style, out date, out written);
        }

        return false;
    }

    /// <summary>Writes an offset in a style; one that the style cannot say as +01:00.</summary>
    public static string Write(TimeSpan offset, string style)
    {
        bool isName = style.TrimStart() is "Z" or "z" or "UTC" or "GMT";
        if (isName && offset == TimeSpan.Zero) return style;
        string space = style.StartsWith(' ') && !isName ? " " : "", sign = offset < TimeSpan.Zero ? "-" : "+";
        bool isLong = isName || (style.EndsWith("hh", StringComparison.Ordinal) && offset.Minutes != 0);
        string pattern = isLong ? "hh\\:mm" : style.TrimStart().Replace(":", "\\:", StringComparison.Ordinal);
        return space + sign + offset.ToString(pattern, CultureInfo.InvariantCulture);
    }

    /// <summary>Only a time of day has an offset: in 2024-01-05 the end is a day.</summary>
    private static bool Take(string field, int length, TimeSpan offset, string style, out string date, out WrittenOffset written)
    {
        (date, written) = (field[..^length], new(offset, style));
        bool hasHour = date.IndexOf('T', StringComparison.Ordinal) is >= 4 and var at && at < date.Length - 1;
        return date.Length > 4 && (hasHour || date.Contains(':', StringComparison.Ordinal));
    }
}
