using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Explains why a field is not a number, if only signs that spreadsheets add make the difference.</summary>
internal static class NumberSigns
{
    private const string Spaces = " \u00A0\u202F", Apostrophes = "'\u2019";

    /// <summary>What the user can do, for an error message; null if more than signs is wrong.</summary>
    public static string? Remedy(string field)
    {
        string digits = field.Trim();
        if (digits is ['(', .., ')'] && IsNumber(digits[1..^1])) return $"Write it as -{digits[1..^1].Trim()}, as a spreadsheet's format Number does";
        if (digits.EndsWith('%') && IsNumber(digits[..^1]))
            return $"Remove the percent signs of the column: whether {digits} is {digits[..^1].Trim()} or a hundredth of it cannot be told";
        if (digits is ['\u2212', ..] && IsNumber(digits[1..])) return $"Write its sign as a hyphen, -{digits[1..]}: it is the minus of typesetting, U+2212";
        string bare = string.Concat(digits.Where(c => char.GetUnicodeCategory(c) != UnicodeCategory.CurrencySymbol)).Trim();
        return bare != digits && IsNumber(bare) ? $"Remove the currency signs of the column, as a spreadsheet's format Number does: {bare}" : null;
    }

    /// <summary>A culture in which the field's separators group digits; null for none.</summary>
    public static string? Culture(string field)
    {
        ReadOnlySpan<char> digits = field.AsSpan().TrimStart("+-");
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0]) || !char.IsAsciiDigit(digits[^1])) return null;
        bool spaces = digits.ContainsAny(Spaces.AsSpan()), apostrophes = digits.ContainsAny(Apostrophes.AsSpan());
        if (spaces == apostrophes) return null;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone(); // for programs without other cultures, too
        (culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NumberDecimalSeparator) = spaces ? (" ", ",") : ("'", ".");
        return new NumberField(culture).TryParse(field, out _) ? spaces ? "fr-FR" : "de-CH" : null;
    }

    private static bool IsNumber(string field)
    {
        field = field.Trim();
        return double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || DecimalMarks.Decide(field) is not null
            || Culture(field) is not null;
    }
}
