using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>An offset from UTC after a time, and how it is written: Z, +01:00, +0100 or +01.</summary>
internal readonly record struct WrittenOffset(TimeSpan Offset, string Style)
{
    /// <summary>Splits a field into a date and the offset after it; false if there is no offset.</summary>
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

    /// <summary>Writes an offset in a style, or as +01:00 if the style cannot express it.</summary>
    public static string Write(TimeSpan offset, string style)
    {
        bool isName = style.TrimStart() is "Z" or "z" or "UTC" or "GMT";
        if (isName && offset == TimeSpan.Zero) return style;
        string space = style.StartsWith(' ') && !isName ? " " : "", sign = offset < TimeSpan.Zero ? "-" : "+";
        bool isLong = isName || (style.EndsWith("hh", StringComparison.Ordinal) && offset.Minutes != 0);
        string pattern = isLong ? "hh\\:mm" : style.TrimStart().Replace(":", "\\:", StringComparison.Ordinal);
        return space + sign + offset.ToString(pattern, CultureInfo.InvariantCulture);
    }

    /// <summary>An offset needs a time of day before it: the end of 2024-01-05 is a day.</summary>
    private static bool Take(string field, int length, TimeSpan offset, string style, out string date, out WrittenOffset written)
    {
        (date, written) = (field[..^length], new(offset, style));
        bool hasHour = date.IndexOf('T', StringComparison.Ordinal) is >= 4 and var at && at < date.Length - 1;
        return date.Length > 4 && (hasHour || date.Contains(':', StringComparison.Ordinal));
    }
}
