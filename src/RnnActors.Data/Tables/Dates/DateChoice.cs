using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Detects the format of a column of dates from all of its rows.</summary>
internal static class DateChoice
{
    /// <summary>
    /// A reading of dates is preferred for its even steps if its ratio of largest to smallest step is this many times smaller than the other's.
    /// </summary>
    private const double ClearlyMoreEven = 3;

    /// <param name="format">Has the culture and the format of dates, if the user gave them.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="at">The place of a row's date.</param>
    /// <param name="notes">Receives notes on what was decided.</param>
    /// <exception cref="InvalidInputException">Days and months cannot be told apart, or the format is invalid.</exception>
    public static DateColumn Read(CsvFormat format, string name, Func<int, string?> fieldAt, int rows, Func<int, SourceLocation> at, ICollection<string> notes)
    {
        CultureInfo culture = format.FindCulture();
        if (format.TimeFormat is { } pattern) return new DateReading([Given(pattern, culture)]).Read(fieldAt, rows);

        string? first = Enumerable.Range(0, rows).Select(fieldAt).FirstOrDefault(field => field is not null);
        if (first is null) return new DateReading([]).Read(fieldAt, rows);
        if (culture.Name.Length == 0 && DayMonth(first)) return DayOrMonthFirst(name, fieldAt, rows, at, notes);

        DateColumn dates = new DateReading([.. DateReading.General(culture)]).Read(fieldAt, rows);
        if (dates.Bad < 0 || !first.AsSpan().TrimStart('-').ContainsAnyInRange('0', '9')) return dates;
        foreach (bool milliseconds in (bool[])[false, true])
        {
            bool isNumber = double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
            if (!isNumber || !EpochShape.IsLikely(value, milliseconds)) continue;
            DateColumn epochs = new DateReading([new EpochShape(milliseconds)]).Read(fieldAt, rows);
            if (epochs.Fits <= dates.Fits) continue;
            notes.Add($"Column '{name}' is read as {(milliseconds ? "milliseconds" : "seconds")} since 1970, in UTC.");
            return epochs;
        }

        return dates;
    }

    private static DateShape Given(string pattern, CultureInfo culture)
    {
        if (pattern == SheetDayShape.Name) return new SheetDayShape();
        if (pattern is "epoch" or "epochMs") return new EpochShape(pattern == "epochMs");
        try
        {
            if (pattern.Length < 2) throw new FormatException("A pattern has two letters at the least");
            _ = DateTime.UnixEpoch.ToString(pattern, culture);
            return new PatternShape(pattern, culture);
        }
        catch (FormatException problem)
        {
            throw new InvalidInputException(
                $"'{pattern}' is no format of dates",
                "Set data.timeFormat to a .NET pattern such as dd.MM.yyyy HH:mm, to epoch, epochMs or excel", cause: problem);
        }
    }

    private static DateColumn DayOrMonthFirst(string name, Func<int, string?> fieldAt, int rows, Func<int, SourceLocation> at, ICollection<string> notes)
    {
        DateColumn days = new DateReading([.. DateReading.DayMonth(dayFirst: true)]).Read(fieldAt, rows);
        DateColumn months = new DateReading([.. DateReading.DayMonth(dayFirst: false)]).Read(fieldAt, rows);
        if (days.Fits < rows || months.Fits < rows)
        {
            bool isDays = days.Fits > months.Fits;
            DateColumn fitting = isDays ? days : months, other = isDays ? months : days;
            if (isDays || fitting.Fits == other.Fits)
            {
                if (isDays && other.Bad >= 0) notes.Add($"Dates of column '{name}' are read day first, as '{fieldAt(other.Bad)}' has no month before its day.");
            }

            return fitting;
        }

        if (days.Local.AsSpan().SequenceEqual(months.Local)) return days;
        if (fieldAt(0)!.IndexOf('.', StringComparison.Ordinal) is 1 or 2)
        {
            notes.Add($"Dates of column '{name}' are read day first, as they are separated by points.");
            return days;
        }

        (double ofDays, double ofMonths) = (Unevenness(days.Local), Unevenness(months.Local));
        bool dayFirst = ofDays * ClearlyMoreEven <= ofMonths, monthFirst = ofMonths * ClearlyMoreEven <= ofDays;
        if (!dayFirst && !monthFirst)
        {
            int row = Enumerable.Range(0, rows).First(i => days.Local[i] != months.Local[i]);
            throw new InvalidInputException(
                $"'{fieldAt(row)}' in the column of dates '{name}' may be {days.Local[row]:yyyy-MM-dd} or {months.Local[row]:yyyy-MM-dd}",
                "Set data.culture to en-GB where the day comes first, to en-US where the month does",
                at(row));
        }

        notes.Add(
            $"Dates of column '{name}' are read {(dayFirst ? "day" : "month")} first, as their steps are even then: "
            + $"{Steps(dayFirst ? days.Local : months.Local)} "
            + $"and not {Steps(dayFirst ? months.Local : days.Local)}.");
        return dayFirst ? days : months;
    }

    /// <summary>Whether a field is two numbers of one or two digits and a year.</summary>
    private static bool DayMonth(string field)
    {
        string date = field.Split(' ', ',')[0];
        string[] parts = date.Split('/', '.', '-');
        return parts is [{ Length: 1 or 2 }, { Length: 1 or 2 }, { Length: 4 }] && parts.All(part => part.All(char.IsAsciiDigit));
    }

    private static double Unevenness(DateTime[] dates) => StepsOf(dates) is { Length: > 1 } steps ? steps.Max() / steps.Min() : 1;

    private static string Steps(DateTime[] dates)
    {
        double[] steps = StepsOf(dates);
        return steps.Length == 0
            ? "no steps"
            : string.Create(CultureInfo.InvariantCulture, $"{steps.Min():0.###} to {steps.Max():0.###} days");
    }

    /// <summary>The steps between dates in the more frequent direction, in days; the others lead from one series to the next.</summary>
    private static double[] StepsOf(DateTime[] dates)
    {
        double[] steps = [.. dates.Skip(1).Zip(dates, (next, date) => (next - date).TotalDays).Where(step => step != 0)];
        int sign = 2 * steps.Count(step => step > 0) >= steps.Length ? 1 : -1;
        return [.. steps.Select(step => sign * step).Where(step => step > 0)];
    }
}
