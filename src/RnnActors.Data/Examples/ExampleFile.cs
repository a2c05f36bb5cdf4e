using System.Globalization;
using System.Text.Json;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Examples;

/// <summary>Reads a file of examples: a table separated by tabs or commas, JSON lines, or a text with one example a line.</summary>
public static class ExampleFile
{
    /// <summary>The name of the field in files that have only a text on each line.</summary>
    public const string TextField = "text";

    private static readonly string[] JsonExtensions = [".jsonl", ".ndjson"], TableExtensions = [".csv", ".tsv", ".tab"];

    private const int LinesLookedAt = 20;

    private static readonly string[] MissingMarks = ["NA", "N/A", "null", "none", "nil", "missing"];

    /// <summary>Usual names of columns of examples, by which a header is recognised.</summary>
    private static readonly string[] KnownNames =
        ["text", "sentence", "review", "comment", "message", "tweet", "title", "body", "label", "class", "category", "sentiment", "target", "source", "id",
            "file", "path"];

    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user named it.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line of it is not like the others.</exception>
    public static ExampleList Read(string path, string shown, ExampleFormat format)
    {
        GuessedText text = GuessedText.Read(path, shown, format.Encoding);
        ExampleList list = Parse(text.Text, shown, format);
        return text.Note is { } note ? list with { Notes = [note, .. list.Notes] } : list;
    }

    /// <summary>Reads each line that is not blank as a text, without looking for columns.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static ExampleList ReadTexts(string path, string shown, ExampleFormat format)
    {
        GuessedText text = GuessedText.Read(path, shown, format.Encoding);
        return Lines(text.Text, shown) with { Notes = text.Note is { } note ? [note] : [] };
    }

    /// <summary>Parses a text in memory as <see cref="Read"/> does; the extension of its name decides the format.</summary>
    public static ExampleList Parse(string text, string shown, ExampleFormat format)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidInputException("there is nothing in it", "Give a file with a row an example", new SourceLocation(shown));
        string extension = Path.GetExtension(shown).ToLowerInvariant();
        if (JsonExtensions.Contains(extension)) return JsonLines(text, shown);
        if (format.Delimiter is null or '\t' && (format.Delimiter == '\t' || extension is ".tsv" or ".tab" || IsPartedByTabs(text)))
            return Tabs(text, shown, format);
        return TableExtensions.Contains(extension) || format.Delimiter is not null ? Commas(text, shown, format) : Lines(text, shown);
    }

    /// <summary>A text for each line that is not blank.</summary>
    private static ExampleList Lines(string text, string shown)
    {
        string[] names = [TextField];
        return new(names, [.. Numbered(text).Where(line => !string.IsNullOrWhiteSpace(line.Text))
            .Select(line => new Example(names, [line.Text], new(shown, line.Number)))], []);
    }

    /// <summary>Tab-separated fields, taken literally: a quote has no special meaning.</summary>
    private static ExampleList Tabs(string text, string shown, ExampleFormat format)
    {
        var rows = Numbered(text).Where(line => !string.IsNullOrWhiteSpace(line.Text)).Select(line => (line.Number, Fields: line.Text.Split('\t'))).ToList();
        int columns = rows[0].Fields.Length;
        if (rows.FirstOrDefault(row => row.Fields.Length != columns) is { Fields: { } wrong } ragged)
        {
            throw new InvalidInputException(
                $"this line has {wrong.Length - 1} {(wrong.Length == 2 ? "tab" : "tabs")}, but the first one has {columns - 1}",
                "Separate its fields by as many tabs, or leave it out",
                new SourceLocation(shown, ragged.Number));
        }

        (string[] names, bool hasHeader, string[] notes) = Header([.. rows.Take(LinesLookedAt).Select(row => row.Fields)], shown, format);
        return new(names, [.. rows.Skip(hasHeader ? 1 : 0).Select(row => new Example(names, row.Fields, new(shown, row.Number)))], notes);
    }

    private static ExampleList Commas(string text, string shown, ExampleFormat format)
    {
        const char Quote = '"';
        var source = new SourceText(shown, text);
        TextBody whole = new(0, text.Length);
        using var records = CsvRecords.Open(source, whole, format.Delimiter ?? CsvSniffer.Delimiter(source, whole, Quote, spaces: false), Quote);
        var lines = new LineCounter(text);
        List<(string[] Fields, SourceLocation Where)> all = [];
        while (records.Read())
        {
            string[] fields = [.. Enumerable.Range(0, records.FieldCount).Select(i => records.Field(i).ToString())];
            all.Add((fields, new SourceLocation(shown, lines.LineOf(records.OffsetOf(0)))));
        }

        if (all.Count == 0) return new([], [], []);
        (string[] names, bool hasHeader, string[] notes) = Header([.. all.Take(LinesLookedAt).Select(row => row.Fields)], shown, format);
        List<Example> rows = [];
        foreach ((string[] fields, SourceLocation where) in all.Skip(hasHeader ? 1 : 0))
        {
            if (fields.Length != names.Length)
            {
                throw new InvalidInputException(
                    $"this line has {fields.Length} {(fields.Length == 1 ? "field" : "fields")}, but the first one has {names.Length}",
                    "Correct it, quote fields that hold the delimiter, or set data.delimiter", where);
            }

            rows.Add(new Example(names, fields, where));
        }

        return new(names, rows, notes);
    }

    private static ExampleList JsonLines(string text, string shown)
    {
        List<Example> rows = [];
        string[] names = [];
        foreach ((string line, int number) in Numbered(text))
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var where = new SourceLocation(shown, number);
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    throw new InvalidInputException("this line is not a JSON object", "Write { \"text\": …, \"label\": … }", where);
                JsonProperty[] members = [.. document.RootElement.EnumerateObject()];
                string[] own = [.. members.Select(member => member.Name)];
                if (!own.SequenceEqual(names, StringComparer.Ordinal)) names = own;
                rows.Add(new Example(names, [.. members.Select(member => member.Value.ToString())], where));
            }
            catch (JsonException problem)
            {
                throw new InvalidInputException(
                    "this line is not JSON", "Write one JSON object a line", where with { Column = (problem.BytePositionInLine ?? 0) + 1 }, problem);
            }
            catch (InvalidOperationException problem)
            {
                throw new InvalidInputException(
                    "this line has half of a character (\\ud83d without its second part)", "Write the whole character", where, problem);
            }
        }

        return new(rows.Count == 0 ? [] : rows[0].Names, rows, []);
    }

    /// <summary>The names of the columns, and whether the first line is a header.</summary>
    /// <param name="lines">The fields of the first lines.</param>
    private static (string[] Names, bool HasHeader, string[] Notes) Header(string[][] lines, string shown, ExampleFormat format)
    {
        string[] first = lines[0];
        string[] trimmed = [.. first.Select(name => name.Trim())];
        bool isNamed = format.UsedNames.Count > 0 && format.UsedNames.All(name => trimmed.Contains(name, StringComparer.Ordinal));
        bool looksNamed = trimmed.Distinct(StringComparer.OrdinalIgnoreCase).Count() == trimmed.Length
            && trimmed.All(name => name.Length is > 0 and <= 30)
            && (trimmed.Any(name => KnownNames.Contains(name, StringComparer.OrdinalIgnoreCase)) || StandsOverNumbers(trimmed, lines[1..]));
        if (format.Header ?? (isNamed || looksNamed))
        {
            string? twice = trimmed.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
            return twice is null ? (trimmed, true, []) : throw new InvalidInputException(
                $"two columns are named '{twice}'", "Rename one of them, or set data.header to false if the line is data", new SourceLocation(shown, 1));
        }

        string[] numbered = [.. Enumerable.Range(1, first.Length).Select(i => $"column{i}")];
        return (numbered, false, format.Header is null ? [$"{shown} has no line of names; its columns are called {string.Join(", ", numbered)}"] : []);
    }

    /// <summary>Whether some column has numbers in all rows but a word in the first line.</summary>
    private static bool StandsOverNumbers(string[] first, string[][] rows) =>
        rows.Length > 1 && Enumerable.Range(0, first.Length).Any(column => char.IsLetter(first[column][0]) && !IsNumber(first[column])
            && !MissingMarks.Contains(first[column], StringComparer.OrdinalIgnoreCase) && rows.All(row => column < row.Length && IsNumber(row[column])));

    private static bool IsNumber(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsPartedByTabs(string text)
    {
        string[] first = [.. Numbered(text).Select(line => line.Text).Where(line => line.Length > 0).Take(20)];
        int tabs = first.Length == 0 ? 0 : first[0].Count(c => c == '\t');
        return tabs > 0 && first.Count(line => line.Count(c => c == '\t') == tabs) * 2 > first.Length;
    }

    /// <summary>Splits lines at LF and CR LF only, since other line separators occur within texts.</summary>
    private static IEnumerable<(string Text, int Number)> Numbered(string text)
    {
        int number = 0;
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length;
            yield return (text[at..end].TrimEnd('\r'), ++number);
            at = end + 1;
        }
    }

    /// <summary>Finds line numbers for increasing offsets.</summary>
    private sealed class LineCounter(string text)
    {
        private int _line = 1, _at;

        public int LineOf(int offset)
        {
            for (; _at < offset; _at++)
                if (text[_at] == '\n') _line++;
            return _line;
        }
    }
}
