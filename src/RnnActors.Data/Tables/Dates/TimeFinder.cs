using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Finds the time of the rows among the columns of a table.</summary>
internal sealed class TimeFinder(CsvFormat format, IReadOnlyList<Column> columns, FieldPlaces places, ICollection<string> notes)
{
    /// <summary>The share of rows with a date above which other rows count as errors. Below it, the column is not a column of dates.</summary>
    private const double EnoughDates = 0.5;

    private readonly int _rows = columns[0].Rows;

    /// <summary>What the user can do if the column is not found; null to list the names that exist.</summary>
    public string? HeaderHint { get; init; }

    /// <summary>Finds the time, and the columns that it was read from.</summary>
    /// <exception cref="InvalidInputException">A column of dates has a field that is not a date.</exception>
    public (TableTimes? Times, IReadOnlyList<Column> Used) Find()
    {
        if (format.Time is { } name)
        {
            IReadOnlyList<Column> named = Named(name);
            return (Read(named, isGuess: false), named);
        }

        DateReading any = DateReading.Any(format.FindCulture());
        foreach (Column column in columns)
        {
            bool isDates = column.Kind switch
            {
                ColumnKind.Texts => FirstField(column) is { } field && (any.IsDate(field) || TimeNames.Is(column.Name)),
                ColumnKind.Dates => !column.HasNumbers || TimeNames.Is(column.Name),
                ColumnKind.Counter or ColumnKind.Numbers => TimeNames.Is(column.Name) && (DateNumbers.Are(column.Values) || AreSheetDays(column)),
                _ => false,
            };
            if (!isDates) continue;
            if (Read([column], isGuess: true) is not { } times)
            {
                if (column.Kind == ColumnKind.Texts && TimeNames.Is(column.Name)) RefuseOtherDates(column);
                continue;
            }

            NoteClock(times);
            return (times, [column]);
        }

        return (null, []);
    }

    /// <summary>Whether a column of numbers counts days as Excel does. Its name and values can make this likely; only the user knows.</summary>
    /// <exception cref="InvalidInputException">It is likely, and the user has not said so.</exception>
    private bool AreSheetDays(Column column)
    {
        if (!SheetDayShape.AreLikely(column.Values)) return false;
        if (format.TimeFormat is not null) return format.TimeFormat == SheetDayShape.Name;
        if (!TimeNames.IsDay(column.Name)) return false;
        string field = column.FieldAt(0)!;
        _ = new SheetDayShape().TryParse(field, out DateTime day, out _);
        throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"'{field}' in column '{column.Name}' is {day:yyyy-MM-dd} if it counts days as Excel does"),
            "Set data.timeFormat to excel if so; if it is no date, rename the column, or name the column of dates in data.time",
            places.At(0, column));
    }

    /// <summary>Throws for a column that is named like a time and begins with a date in an unknown format, such as one with a year of two digits.</summary>
    private void RefuseOtherDates(Column column)
    {
        int row = Enumerable.Range(0, _rows).First(row => column.FieldAt(row) is not null);
        string field = column.FieldAt(row)!;
        bool isDate = field.Count(char.IsAsciiDigit) > 2 && !IsClock(field)
            && (DateTime.TryParse(field, format.FindCulture(), out _) || DateTime.TryParse(field, CultureInfo.GetCultureInfo("en-GB"), out _)
                || field.Split(' ', 'T')[0].Split('-', '/', '.') is [var first, var second, var third]
                    && Array.TrueForAll([first, second, third], part => part.Length is >= 1 and <= 4 && part.All(char.IsAsciiDigit)));
        if (!isDate && !(TimeNames.IsDay(column.Name) && HasYear(field))) return;
        IReadOnlyList<string> fitting = DateProposal.Find(column.FieldAt, _rows, format.FindCulture());
        string how = fitting switch
        {
            [var only] => $"Set data.timeFormat to '{only}', which reads all of them",
            [var one, var other] => $"Set data.timeFormat to '{one}' or '{other}': each reads all of them",
            _ => "Say how it is written with data.timeFormat, such as dd/MM/yy, and whose words it has with data.culture",
        };
        throw new InvalidInputException(
            $"'{ShownField.Of(field)}' in column '{column.Name}' looks like a date, but its format is ambiguous or unknown",
            $"{how}, write dates as 2024-12-31, or name another column of dates in data.time",
            places.At(row, column));
    }

    /// <summary>Adds a note if the times of day seem to be in a column of their own.</summary>
    private void NoteClock(TableTimes days)
    {
        if (days.Local.Any(day => day.TimeOfDay != default)) return;
        if (ClockOf(columns) is not { } clock) return;
        notes.Add($"Column '{clock.Name}' seems to hold the times of day: set data.time to {days.Name}+{clock.Name} to join them with the dates.");
    }

    /// <summary>Whether one of the words of a field is a year, as in 1 janvier 2024.</summary>
    private static bool HasYear(string field) => field.Split(' ', ',', '-', '.', '/') is { Length: > 2 } words
        && Array.Exists(words, word => word.Length == 4 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int year)
            && year is >= 1800 and <= 2199);

    /// <summary>A column of times of day without their dates; null for none.</summary>
    public static Column? ClockOf(IEnumerable<Column> columns) => columns.FirstOrDefault(column =>
        column.Kind == ColumnKind.Texts && column.Values.Length > 0 && column.FieldAt(0) is { } field && IsClock(field));

    private static bool IsClock(string field) =>
        field.Contains(':', StringComparison.Ordinal) && TimeOnly.TryParse(field, CultureInfo.InvariantCulture, out _);

    private string? FirstField(Column column) => Enumerable.Range(0, _rows).Select(column.FieldAt).FirstOrDefault(field => field is not null);

    private IReadOnlyList<Column> Named(string name)
    {
        if (columns.FirstOrDefault(column => column.Name == name) is { } one) return [one];
        for (int plus = name.IndexOf('+', StringComparison.Ordinal); plus >= 0; plus = name.IndexOf('+', plus + 1))
        {
            Column? first = columns.FirstOrDefault(column => column.Name == name[..plus].Trim());
            Column? second = columns.FirstOrDefault(column => column.Name == name[(plus + 1)..].Trim());
            if (first is not null && second is not null) return [first, second];
            if (first is null && second is null) continue;
            name = first is null ? name[..plus].Trim() : name[(plus + 1)..].Trim();
            break;
        }

        string[] names = [.. columns.Select(column => column.Name)];
        string? nearest = Suggestion.Nearest(name, names);
        throw new InvalidInputException(
            $"There is no column of dates '{name}'",
            HeaderHint ?? (nearest is null ? $"The columns are {string.Join(", ", names.Take(20))}" : $"Did you mean '{nearest}'"),
            places.Table);
    }

    private TableTimes? Read(IReadOnlyList<Column> parts, bool isGuess)
    {
        string name = string.Join(' ', parts.Select(part => part.Name));
        Func<int, string?> fieldAt = parts.Count == 1
            ? parts[0].FieldAt
            : row => parts[0].FieldAt(row) is { } first && parts[1].FieldAt(row) is { } second ? $"{first} {second}" : null;
        SourceLocation At(int row) => places.At(row, parts[0]);
        List<string> decided = [];
        DateColumn dates = parts is [{ Dates: { } stated }] ? stated : DateChoice.Read(format, name, fieldAt, _rows, At, decided);
        if (dates.Bad >= 0)
        {
            if (isGuess && dates.Fits < EnoughDates * dates.Examined) return null;
            throw NoDate(name, dates, fieldAt, At, isGuess);
        }

        if (dates.Mixed >= 0)
        {
            throw new InvalidInputException(
                $"'{fieldAt(dates.Mixed)}' in the column of dates '{name}' has {(HasOffset(fieldAt(0)!) ? "no" : "an")} offset from UTC "
                + "and the first row is the other way round",
                "Write all dates with an offset, such as +01:00 or Z, or none",
                At(dates.Mixed));
        }

        foreach (string note in decided) notes.Add(note);
        return new(name, dates.Layout, dates.Local, dates.Offsets, At, row => fieldAt(row)!) { IsGuess = isGuess };
    }

    private static bool HasOffset(string field) => WrittenOffset.TrySplit(field, out _, out _);

    private InvalidInputException NoDate(string name, DateColumn dates, Func<int, string?> fieldAt, Func<int, SourceLocation> at, bool isGuess)
    {
        string? field = fieldAt(dates.Bad);
        int behind = _rows - dates.Bad;
        string first = dates.Examined < _rows ? "the first " : "";
        string count = string.Create(CultureInfo.InvariantCulture, $"{dates.Fits:N0} of {first}{dates.Examined:N0} rows have one");
        string problem = field is null
            ? $"The column of dates '{name}' has no date here"
            : $"'{ShownField.Of(field)}' in the column of dates '{name}' is not a date with its year";
        bool isFooter = dates.Fits + behind == _rows && behind <= Footer.MaxLines && dates.Fits > 0;
        string footer = isFooter ? $", set data.footerLines to {behind} if the file ends before it" : "";
        bool isSheetDay = double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && SheetDayShape.AreLikely([number]);
        string how = isSheetDay && format.TimeFormat is null ? "Set data.timeFormat to excel if it counts days as Excel does, write dates as 2024-12-31"
            : format.TimeFormat is null
            ? "Write dates as 2024-12-31 or 2024-12-31 23:59:59, say how they are written with data.timeFormat or data.culture"
            : $"Correct data.timeFormat ('{format.TimeFormat}') or the date";
        return new($"{problem}; {count}", $"{how}{footer}, or name {(isGuess ? "the column of dates" : "another column")} in data.time", at(dates.Bad));
    }
}
