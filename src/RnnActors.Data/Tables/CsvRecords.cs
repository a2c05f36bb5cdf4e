using System.Globalization;
using RnnActors.Core.Problems;
using Sylvan.Data.Csv;

namespace RnnActors.Data.Tables;

/// <summary>The records of a text in order, with the position of each field. Blank lines are skipped.</summary>
internal abstract class CsvRecords : IDisposable
{
    public int FieldCount { get; protected set; }

    /// <param name="delimiter">The delimiter of fields; a space stands for any run of spaces and tabs.</param>
    public static CsvRecords Open(SourceText source, TextBody body, char delimiter, char quote) =>
        delimiter == ' ' ? new SpacedRecords(source, body, quote) : new DelimitedRecords(source, body, delimiter, quote);

    /// <summary>Moves to the next record.</summary>
    /// <exception cref="InvalidInputException">A quoted field has no closing quote, or text follows its closing quote.</exception>
    public abstract bool Read();

    /// <summary>The field without its quotes and surrounding spaces.</summary>
    public abstract ReadOnlySpan<char> Field(int field);

    /// <summary>The offset of a field in the text; for the number after the last one, the end of the record.</summary>
    public abstract int OffsetOf(int field);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }
}

/// <summary>The part of a text that is its table: from <paramref name="Start"/> to before <paramref name="End"/>.</summary>
internal readonly record struct TextBody(int Start, int End);

/// <summary>Records whose fields are separated by a character.</summary>
internal sealed class DelimitedRecords : CsvRecords
{
    /// <summary>The most fields of a record. The library's time grows with their square, so that a few megabytes of delimiters would take hours.</summary>
    public const int MaxFields = 1 << 16;

    private readonly SourceText _source;
    private readonly CsvDataReader? _reader;
    private readonly char _delimiter;
    private readonly char _quote;
    private readonly List<int> _offsets = [];
    private int _next, _start, _checkedAt = MaxFields;

    public DelimitedRecords(SourceText source, TextBody body, char delimiter, char quote)
    {
        if (delimiter == quote || delimiter is '\r' or '\n' || quote is '\r' or '\n')
        {
            throw new InvalidInputException(
                $"Fields cannot be separated by '{delimiter}' and quoted by '{quote}'", "Set data.delimiter and data.quote to two characters: , and \"");
        }

        (_source, _delimiter, _quote, _next) = (source, delimiter, quote, body.Start);
        CsvDataReaderOptions options = new()
        {
            HasHeaders = false,
            Delimiter = delimiter,
            Quote = quote,
            Escape = quote,
            Comment = TextBodyReader.Never, // no line counts as a comment
            MaxBufferSize = Math.Max(1 << 20, source.Length + 1024),
        };
        _reader = Guarded(() => CsvDataReader.Create(new TextBodyReader(source, body, CheckWidth), options));
    }

    public override bool Read()
    {
        while (Guarded(_reader!.Read))
        {
            ReadOnlySpan<char> raw = _reader.GetRawRecordSpan();
            _start = _next;
            _next += raw.Length;
            _checkedAt = MaxFields;
            if (raw.IsWhiteSpace()) continue;
            FieldCount = _reader.RowFieldCount;
            FindFields(raw, _start);
            return true;
        }

        return false;
    }

    public override ReadOnlySpan<char> Field(int field)
    {
        ReadOnlySpan<char> text = _reader!.GetFieldSpan(field).Trim();
        ReadOnlySpan<char> raw = _reader.GetRawRecordSpan();
        bool isQuoted = _offsets[field] - _start < raw.Length && raw[_offsets[field] - _start] == _quote;
        if (isQuoted) return text; // its quotes are removed; those that are left belong to it
        return text.Length >= 2 && text[0] == _quote && text[^1] == _quote ? text[1..^1].Trim() : text;
    }

    public override int OffsetOf(int field) => _offsets[field];

    protected override void Dispose(bool disposing)
    {
        if (disposing) _reader?.Dispose();
        base.Dispose(disposing);
    }

    private void FindFields(ReadOnlySpan<char> raw, int start)
    {
        _offsets.Clear();
        _offsets.Add(start);
        bool quoted = false, atStart = true;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == _quote && (atStart || quoted)) quoted = !quoted || (i + 1 < raw.Length && raw[i + 1] == _quote && ++i > 0);
            atStart = !quoted && raw[i] == _delimiter;
            if (atStart) _offsets.Add(start + i + 1);
        }

        _offsets.Add(start + raw.TrimEnd("\r\n").Length);
    }

    /// <summary>Refuses a record with too many fields before the library has parsed it. A long record is checked again when it is twice as long.</summary>
    /// <param name="read">The offset up to which the library has the text.</param>
    private void CheckWidth(int read)
    {
        if (read - _next < _checkedAt) return;
        _checkedAt = 2 * (read - _next);
        if (FieldsOfFirst(_source.Slice(_next, read)) <= MaxFields) return;
        throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"This line has more than {MaxFields:N0} fields, the most that a table may have"),
            "Set data.delimiter if another character separates them, or write a row for each of them",
            _source.At(_next));
    }

    /// <summary>The fields of a text's first record.</summary>
    private int FieldsOfFirst(ReadOnlySpan<char> text)
    {
        int fields = 1;
        bool quoted = false, atStart = true;
        for (int i = 0; i < text.Length && (quoted || text[i] is not ('\r' or '\n')); i++)
        {
            if (text[i] == _quote && (atStart || quoted)) quoted = !quoted || (i + 1 < text.Length && text[i + 1] == _quote && ++i > 0);
            atStart = !quoted && text[i] == _delimiter;
            if (atStart) fields++;
        }

        return fields;
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvInvalidCharacterException problem) when (problem.InvalidCharacter == _quote)
        {
            int opening = _source.IndexOfAny([_quote], _next, _source.Length);
            throw new InvalidInputException(
                "A quoted field that begins in this line does not end", $"Close it with {_quote}",
                _source.At(opening < _source.Length ? opening : _next), problem);
        }
        catch (CsvInvalidCharacterException problem)
        {
            throw new InvalidInputException(
                $"'{problem.InvalidCharacter}' stands behind a closing quote",
                $"Put '{_delimiter}' between fields, and write a quote within a field twice",
                _source.At(_next + problem.RecordOffset),
                problem);
        }
        catch (CsvFormatException problem)
        {
            throw new InvalidInputException($"The record cannot be read: {problem.Message.TrimEnd('.')}", where: _source.At(_next), cause: problem);
        }
    }
}
