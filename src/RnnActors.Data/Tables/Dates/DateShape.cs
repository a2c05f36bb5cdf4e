using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>A format of dates.</summary>
internal abstract class DateShape
{
    /// <summary>Whether the format itself determines the offset from UTC.</summary>
    public virtual bool OwnsOffset => false;

    public abstract bool TryParse(ReadOnlySpan<char> field, out DateTime local, out TimeSpan? offset);

    public abstract string Format(DateTime local, TimeSpan? offset);
}

/// <summary>A .NET pattern.</summary>
internal sealed class PatternShape(string pattern, CultureInfo culture) : DateShape
{
    private const int OldestOfDigits = 1800, YoungestOfDigits = 2199;
    private const DateTimeStyles Styles = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.NoCurrentDateDefault;
    private readonly bool _isDigits = pattern.All(char.IsAsciiLetter) && pattern is not ("yyyy" or "yyyyMMdd");

    public override bool OwnsOffset { get; } = HasOffset(pattern);

    public override bool TryParse(ReadOnlySpan<char> field, out DateTime local, out TimeSpan? offset)
    {
        offset = null;
        if (OwnsOffset)
        {
            bool isDate = DateTimeOffset.TryParseExact(field, pattern, culture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var both);
            (local, offset) = (both.DateTime, both.Offset);
            return isDate;
        }

        bool parsed = DateTime.TryParseExact(field, pattern, culture, Styles, out local);
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return parsed && local.Year > 1 && (!_isDigits || local.Year is >= OldestOfDigits and <= YoungestOfDigits); // numbers look like the year 12
    }

    public override string Format(DateTime local, TimeSpan? offset) => OwnsOffset
        ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset ?? TimeSpan.Zero).ToString(pattern, culture)
        : local.ToString(pattern, culture);

    private static bool HasOffset(string pattern)
    {
        char quote = '\0';
        for (int i = 0; i < pattern.Length; i++)
        {
            if (quote != '\0') quote = pattern[i] == quote ? '\0' : quote;
            else if (pattern[i] is '\'' or '"') quote = pattern[i];
            else if (pattern[i] == '\\') i++;
            else if (pattern[i] is 'K' or 'z') return true;
        }

        return false;
    }
}

/// <summary>Seconds or milliseconds since 1970, in UTC.</summary>
internal sealed class EpochShape(bool milliseconds) : DateShape
{
    public const double FirstSecond = 1e8, LastSecond = 4.2e9;
    private const int TicksOfMillisecond = 10_000;

    /// <summary>Whether a number is a likely epoch: between the years 1973 and 2103.</summary>
    public static bool IsLikely(double value, bool milliseconds) =>
        (milliseconds ? value / 1000 : value) is >= FirstSecond and <= LastSecond && Math.Floor(value) == value;

    public override bool TryParse(ReadOnlySpan<char> field, out DateTime local, out TimeSpan? offset)
    {
        (local, offset) = (DateTime.UnixEpoch, null);
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(field, styles, CultureInfo.InvariantCulture, out decimal value)) return false;
        decimal limit = milliseconds ? 200_000_000_000_000 : 200_000_000_000; // the year 8307
        if (value > limit || value < -limit / 4) return false;
        local = new((long)(value * TicksOfMillisecond * (milliseconds ? 1 : 1000)) + DateTime.UnixEpoch.Ticks);
        return true;
    }

    public override string Format(DateTime local, TimeSpan? offset)
    {
        decimal value = (local.Ticks - (offset?.Ticks ?? 0) - DateTime.UnixEpoch.Ticks) / (decimal)(TicksOfMillisecond * (milliseconds ? 1 : 1000));
        return value.ToString("0.#######", CultureInfo.InvariantCulture);
    }
}

/// <summary>A week of ISO 8601, as 2024-W05, or a day of it, as 2024-W05-3. A week without a day stands for its Monday.</summary>
internal sealed class WeekShape(bool dashes, bool days) : DateShape
{
    private readonly int _length = (dashes ? 8 : 7) + (days ? (dashes ? 2 : 1) : 0);

    public override bool TryParse(ReadOnlySpan<char> field, out DateTime local, out TimeSpan? offset)
    {
        (local, offset) = (default, null);
        if (field.Length != _length || (dashes && (field[4] != '-' || (days && field[8] != '-')))) return false;
        int mark = dashes ? 5 : 4;
        if (field[mark] != 'W' || !Whole(field[..4], out int year) || !Whole(field[(mark + 1)..(mark + 3)], out int week)) return false;
        int day = 1;
        if (days && (!Whole(field[^1..], out day) || day is < 1 or > 7)) return false;
        if (year is < 2 or > 9998 || week < 1 || week > ISOWeek.GetWeeksInYear(year)) return false;
        local = ISOWeek.ToDateTime(year, week, (DayOfWeek)(day % 7));
        return true;
    }

    public override string Format(DateTime local, TimeSpan? offset)
    {
        string dash = dashes ? "-" : "";
        string day = days ? $"{dash}{(local.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)local.DayOfWeek)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(local):0000}{dash}W{ISOWeek.GetWeekOfYear(local):00}{day}");
    }

    private static bool Whole(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

/// <summary>A quarter of a year, as 2024Q1 or Q1 2024; it stands for its first day.</summary>
internal sealed class QuarterShape(string separator, bool yearFirst) : DateShape
{
    public override bool TryParse(ReadOnlySpan<char> field, out DateTime local, out TimeSpan? offset)
    {
        (local, offset) = (default, null);
        if (field.Length != 6 + separator.Length) return false;
        ReadOnlySpan<char> year = yearFirst ? field[..4] : field[^4..], quarter = yearFirst ? field[^2..] : field[..2];
        ReadOnlySpan<char> between = yearFirst ? field[4..^2] : field[2..^4];
        if (quarter[0] != 'Q' || quarter[1] is < '1' or > '4' || !between.SequenceEqual(separator)) return false;
        if (!int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1) return false;
        local = new(number, (3 * (quarter[1] - '1')) + 1, 1);
        return true;
    }

    public override string Format(DateTime local, TimeSpan? offset)
    {
        string year = local.Year.ToString("0000", CultureInfo.InvariantCulture), quarter = $"Q{((local.Month - 1) / 3) + 1}";
        return yearFirst ? year + separator + quarter : quarter + separator + year;
    }
}
