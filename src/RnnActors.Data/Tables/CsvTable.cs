using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Reads a CSV text into a <see cref="Table"/>. Errors have the line and column in the file.</summary>
public static class CsvTable
{
    public static Table Parse(SourceText source, CsvFormat format) => Parse(source, format, []);

    /// <param name="notes">Notes on earlier decisions about the file.</param>
    internal static Table Parse(SourceText source, CsvFormat format, List<string> notes)
    {
        CultureInfo culture = format.FindCulture();
        RefuseSettings(format);
        CsvPreface preface = CsvPreface.Find(source, format, notes);
        TextBody body = preface.Body;
        OtherText.Refuse(source, body);
        char delimiter = format.Delimiter ?? preface.Delimiter ?? CsvSniffer.Delimiter(source, body, format.Quote);
        CsvPreview preview = CsvPreview.Of(source, body, delimiter, format.Quote, culture);
        if (preview.Rows.Count == 0) throw new InvalidInputException("The file has no text in it", where: new(source.Path));
        if (format.Header is null && HeaderInComment(source, preface, preview, delimiter, format.Quote) is { } commented)
        {
            notes[^1] = $"The last comment before the table, line {source.At(commented.Start).Line}, names its columns.";
            (body, format) = (commented, format with { Header = true });
            preview = CsvPreview.Of(source, body, delimiter, format.Quote, culture);
        }

        CsvHeader header = format.HeaderLines is { } lines
            ? new(lines > 0)
            : format.Header is { } isThere ? new(isThere) : CsvHeader.Guess(preview);
        if (header.Note is not null) notes.Add(header.Note);

        using var records = CsvRecords.Open(source, body, delimiter, format.Quote);
        _ = records.Read();
        string[] names = Names(records, header.IsThere, source, notes);
        bool isUnnamed = header.IsThere && records.Field(0).IsEmpty;
        if (header.IsThere && format.HeaderLines is null) CsvHeader.RefuseFurtherLines(preview, names);
        bool hasRow = true;
        for (int line = 0; line < (header.IsThere ? format.HeaderLines ?? 1 : 0); line++) hasRow = records.Read();
        if (!hasRow)
            throw new InvalidInputException("The file has a line of names and no rows", "Set data.header to false if that line is data", new(source.Path));

        FieldSource fields = new(source, delimiter, format.Quote, format.MissingValues);
        NumberField number = new(culture);
        int rows = RowsFrom(records.OffsetOf(0), names.Length, source, body);
        RefuseUnknown(format.FillDown, names, source);
        ColumnBuilder[] builders =
        [
            .. names.Select((name, i) => new ColumnBuilder(name, i, number, new(), fields, rows) { FillsDown = format.FillDown.Contains(name) }),
        ];
        List<int> starts = new(rows);
        do
        {
            starts.Add(records.OffsetOf(0));
            if (records.FieldCount != names.Length) throw Ragged(records, names.Length, source, body);
            for (int i = 0; i < builders.Length; i++) builders[i].Add(records.Field(i), records.OffsetOf(i));
        }
        while (records.Read());

        foreach (string column in format.FillDown)
        {
            int filled = builders[Array.IndexOf(names, column)].Filled;
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"Column '{column}' is filled down: {filled:N0} of {starts.Count:N0} fields are those above them."));
        }

        FieldPlaces places = new(source.Path, source);
        DateReading dates = DateReading.Any(culture);
        Column[] columns = [.. builders.Select((builder, i) => builder.Build(starts, i == 0 && isUnnamed, dates, places))];
        if (culture.Name.Length == 0) RefuseDoubtfulNumbers(builders, columns, fields);
        else if (culture.NumberFormat.NumberDecimalSeparator == ",") notes.AddRange(LonePoints(builders, columns, fields, culture));
        return TableMaker.Make(format, columns, places, notes, header.Hint);
    }

    private static void RefuseUnknown(IReadOnlyList<string> filled, string[] names, SourceText source)
    {
        if (filled.FirstOrDefault(name => !names.Contains(name)) is not { } unknown) return;
        throw new InvalidInputException(
            $"data.fillDown names column '{unknown}', which the file does not have",
            Suggestion.Nearest(unknown, names) is { } nearest ? $"Did you mean '{nearest}'" : $"The columns are {string.Join(", ", names.Take(20))}",
            new(source.Path));
    }

    private static void RefuseSettings(CsvFormat format)
    {
        if (format.HeaderLines < 0 || format.FooterLines < 0)
            throw new InvalidInputException("data.headerLines and data.footerLines count lines", "Set them to 0 or more");
        if ((format.Header == false && format.HeaderLines > 0) || (format.Header == true && format.HeaderLines == 0))
        {
            throw new InvalidInputException(
                $"data.header is {(format.Header == true ? "true" : "false")} and data.headerLines {format.HeaderLines}", "Leave one of them out");
        }
    }

    /// <summary>The last comment, if it has as many fields as the first record and that is data: it is the header.</summary>
    private static TextBody? HeaderInComment(SourceText source, CsvPreface preface, CsvPreview preview, char delimiter, char quote)
    {
        IReadOnlyList<string> first = preview.Rows[0].Fields;
        if (preface.Comment < 0 || first.Count < 2 || !first.Any(preview.IsValue)) return null;
        int start = preface.Comment + 1, end = CsvPreface.EndOfLine(source, start);
        while (start < end && source[start] == ' ') start++;
        if (start < end && source[start] == delimiter) start = preface.Comment; // the first column is named #
        using var records = CsvRecords.Open(source, new(start, end), delimiter, quote);
        return records.Read() && records.FieldCount == first.Count ? preface.Body with { Start = start } : null;
    }

    /// <summary>The names in the header, each in one line; <c>column1</c> and so on for empty ones, or without a header.</summary>
    private static string[] Names(CsvRecords record, bool hasHeader, SourceText source, List<string> notes)
    {
        string[] names = new string[record.FieldCount];
        Dictionary<string, int> seen = [];
        bool hasBreaks = false;
        for (int i = 0; i < names.Length; i++)
        {
            string written = hasHeader ? record.Field(i).ToString() : "";
            if (written.AsSpan().ContainsAny('\r', '\n'))
            {
                written = string.Join(' ', written.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                hasBreaks = true;
            }

            names[i] = written.Length > 0 ? written : string.Create(CultureInfo.InvariantCulture, $"column{i + 1}");
            if (!seen.TryAdd(names[i], i))
            {
                throw new InvalidInputException(
                    $"Two columns are named '{names[i]}': numbers {seen[names[i]] + 1} and {i + 1}",
                    "Rename one of them, or set data.header to false if the line is data",
                    source.At(record.OffsetOf(i)));
            }
        }

        if (hasBreaks) notes.Add("Line breaks in the names of columns are read as spaces.");
        return names;
    }

    private static void RefuseDoubtfulNumbers(ColumnBuilder[] builders, Column[] columns, FieldSource fields)
    {
        string? decided = builders.Select(builder => builder.Marks.Decided).FirstOrDefault(culture => culture is not null);
        for (int i = 0; i < builders.Length; i++)
        {
            if (columns[i].Kind is not (ColumnKind.Numbers or ColumnKind.Counter) || builders[i].Marks.Doubt(decided) is not (>= 0 and var offset)) continue;
            throw DecimalMarks.Refuse(fields.At(offset)!, columns[i].Name, builders[i].Marks.Decided ?? decided, fields.Text.At(offset));
        }
    }

    private static IEnumerable<string> LonePoints(ColumnBuilder[] builders, Column[] columns, FieldSource fields, CultureInfo culture)
    {
        for (int i = 0; i < builders.Length; i++)
        {
            if (columns[i].Kind != ColumnKind.Numbers || builders[i].Marks.LonePoint is not (>= 0 and var offset)) continue;
            string field = fields.At(offset)!;
            string whole = field.Replace(".", "", StringComparison.Ordinal);
            yield return $"'{field}' in column '{columns[i].Name}' is read as {whole}, as {culture.Name} writes thousands.";
        }
    }

    /// <summary>The number of rows if each is a line; otherwise an estimate.</summary>
    private static int RowsFrom(int start, int columns, SourceText source, TextBody body)
    {
        int ends = source.Count('\n', start, body.End);
        if (ends == 0) ends = source.Count('\r', start, body.End);
        bool isOpen = body.End > start && source[body.End - 1] is not ('\r' or '\n');
        return Math.Min(isOpen ? ends + 1 : ends, ((body.End - start) / columns) + 1); // a row has at least a character for each field
    }

    /// <summary>The number of lines with text, counted only as far as they might be a footer.</summary>
    private static int LinesFrom(int start, SourceText source, TextBody body)
    {
        for (int looked = 1 << 12; ; looked *= 4)
        {
            int end = (int)Math.Min(body.End, (long)start + looked), lines = 0;
            foreach (ReadOnlySpan<char> line in source.Slice(start, end).AsSpan().EnumerateLines())
                if (!line.IsWhiteSpace() && ++lines > Footer.MaxLines) break;
            if (lines > Footer.MaxLines || end == body.End) return lines;
        }
    }

    /// <summary>The place of a carriage return that no line feed follows; null for none.</summary>
    private static SourceLocation? LoneReturn(SourceText source, int start, int end)
    {
        int at = source.IndexOfAny("\r", start, end);
        return at < end && at + 1 < source.Length && source[at + 1] != '\n' ? source.At(at) : null;
    }

    private static InvalidInputException Ragged(CsvRecords record, int columns, SourceText source, TextBody body)
    {
        int lines = LinesFrom(record.OffsetOf(0), source, body);
        if (record.FieldCount > columns && LoneReturn(source, record.OffsetOf(0), record.OffsetOf(record.FieldCount)) is { } place)
        {
            return new(
                "A carriage return ends this line, and other lines end with a line feed", "Save the file with the same end for every line, such as Unix (LF)",
                place);
        }

        if (record.FieldCount == columns + 1 && record.Field(columns).IsEmpty)
        {
            return new(
                string.Create(CultureInfo.InvariantCulture, $"This line ends with a delimiter: it has {record.FieldCount} fields and the first one {columns}"),
                "Add a delimiter to the end of the first line, or remove those at the ends of the others",
                source.At(record.OffsetOf(columns)));
        }

        string footer = record.FieldCount < columns && lines <= Footer.MaxLines
            ? string.Create(CultureInfo.InvariantCulture, $", or set data.footerLines to {lines} if the table ends before it")
            : "";
        return new(
            $"This line has {record.FieldCount} {(record.FieldCount == 1 ? "field" : "fields")} and the first one {columns}",
            $"Correct the line, quote fields that hold the delimiter, or set data.delimiter{footer}",
            source.At(record.OffsetOf(Math.Min(record.FieldCount, columns))));
    }
}
