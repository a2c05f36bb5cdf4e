using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Reads a CSV file into a <see cref="Table"/>. Whatever is wrong with the file is told with its line and column.</summary>
public static class CsvTable
{
    /// <param name="path">The file.</param>
    /// <param name="shown">The path to show in messages, where it is not <paramref name="path"/>.</param>
    /// <exception cref="InvalidInputException">The file is no table in text, or something in it is wrong.</exception>
    public static Table Read(string path, CsvFormat format, string? shown = null) => Parse(SourceText.Read(path, format.Encoding, shown), format);

    public static Table Parse(SourceText source, CsvFormat format)
    {
        CultureInfo culture = format.FindCulture();
        using CsvRecords records = new(source, format.Delimiter ?? CsvSniffer.Delimiter(source.Text, format.Quote), format.Quote);
        if (!records.Read()) throw new InvalidInputException("The file has no text in it", where: new(source.Path));

        bool hasHeader = format.Header ?? CsvSniffer.IsHeader(records, culture);
        string[] names = Names(records, hasHeader, source);
        if (hasHeader && !records.Read())
            throw new InvalidInputException("The file has a line of names and no rows", "Set data.header to false if that line is data", new(source.Path));

        TimeColumn? time = FindTime(records, names, format, source, new DateField(culture), new NumberField(culture));
        HashSet<string> missing = new(format.MissingValues, StringComparer.OrdinalIgnoreCase);
        ColumnBuilder[] columns = [.. names.Select(name => new ColumnBuilder(name, new(culture), missing.GetAlternateLookup<ReadOnlySpan<char>>()))];
        do
        {
            RefuseRagged(records, names.Length, source);
            for (int i = 0; i < columns.Length; i++) columns[i].Add(records.Field(i), records.OffsetOf(i));
            time?.Add(records.Field(time.Index), records.OffsetOf(time.Index), source);
        }
        while (records.Read());

        Column[] built = [.. columns.Where(column => time?.Times is null || column.Name != time.Name).Select(column => column.Build())];
        if (built.Length == 0) throw new InvalidInputException("The file has a column of dates and no other", where: new(source.Path));
        return new(source.Path, built, time?.Times, source);
    }

    /// <summary>The names in the header; <c>column1</c> and so on where there is none, or an empty one.</summary>
    private static string[] Names(CsvRecords record, bool hasHeader, SourceText source)
    {
        string[] names = new string[record.FieldCount];
        Dictionary<string, int> seen = [];
        for (int i = 0; i < names.Length; i++)
        {
            string written = hasHeader ? record.Field(i).ToString() : "";
            names[i] = written.Length > 0 ? written : string.Create(CultureInfo.InvariantCulture, $"column{i + 1}");
            if (!seen.TryAdd(names[i], i))
            {
                throw new InvalidInputException(
                    $"Two columns are named '{names[i]}': numbers {seen[names[i]] + 1} and {i + 1}",
                    "Rename one of them, or set data.header to false if the line is data",
                    source.At(record.OffsetOf(i)));
            }
        }

        return names;
    }

    private static TimeColumn? FindTime(CsvRecords record, string[] names, CsvFormat format, SourceText source, DateField date, NumberField number)
    {
        if (format.Time is { } name)
        {
            int named = Array.IndexOf(names, name);
            if (named >= 0) return new(name, named, isGuess: false, date);
            string? nearest = Suggestion.Nearest(name, names);
            throw new InvalidInputException(
                $"There is no column of dates '{name}'",
                nearest is null ? $"The columns are {string.Join(", ", names.Take(20))}" : $"Did you mean '{nearest}'",
                new(source.Path));
        }

        for (int i = 0; i < Math.Min(names.Length, record.FieldCount); i++)
        {
            if (!number.TryParse(record.Field(i), out _) && date.TryParse(record.Field(i), out _)) return new(names[i], i, isGuess: true, date);
        }

        return null;
    }

    private static void RefuseRagged(CsvRecords record, int columns, SourceText source)
    {
        if (record.FieldCount == columns) return;
        throw new InvalidInputException(
            $"This line has {record.FieldCount} {(record.FieldCount == 1 ? "field" : "fields")} and the first one {columns}",
            "Correct the line, quote fields that hold the delimiter, or set data.delimiter",
            source.At(record.OffsetOf(Math.Min(record.FieldCount, columns))));
    }
}
