namespace RnnActors.Data.Tables;

/// <summary>The fields of a text by their offsets, as <see cref="CsvRecords"/> reads them.</summary>
internal sealed class FieldSource(SourceText source, char delimiter, char quote, IReadOnlyCollection<string> missing)
{
    private readonly HashSet<string> _missing = new(missing, StringComparer.OrdinalIgnoreCase);

    public SourceText Text => source;

    public HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Missing => _missing.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The offset of a record's field.</summary>
    /// <param name="record">The offset of the record's first field.</param>
    public int OffsetOf(int record, int field)
    {
        if (field == 0) return record;
        if (delimiter == ' ') return SpacedOffsetOf(record, field);
        bool quoted = false, atStart = true;
        for (int at = record; ; at++)
        {
            char c = source[at];
            if (c == quote && (atStart || quoted)) quoted = !quoted || (at + 1 < source.Length && source[at + 1] == quote && ++at > 0);
            atStart = !quoted && c == delimiter;
            if (atStart && --field == 0) return at + 1;
        }
    }

    private int SpacedOffsetOf(int record, int field)
    {
        string line = source.Slice(record, source.IndexOfAny("\r\n", record, source.Length));
        int start = 0;
        for (int at = 0; field >= 0 && SpacedRecords.NextField(line, at, quote) is { } next; field--) (start, at) = next;
        return record + start;
    }

    /// <summary>The field without its quotes and surrounding spaces; null if it stands for a missing value.</summary>
    public string? At(int offset)
    {
        SourceText text = source;
        bool quoted = false, atStart = true;
        int end = offset;
        for (; end < text.Length; end++)
        {
            char c = text[end];
            if (c == quote && (atStart || quoted)) quoted = !quoted || (end + 1 < text.Length && text[end + 1] == quote && ++end > 0);
            else if (!quoted && (IsDelimiter(c) || c is '\r' or '\n')) break;
            atStart = false;
        }

        string field = text.Slice(offset, Math.Min(end, text.Length)).Trim();
        if (field.Length >= 2 && field[0] == quote && field[^1] == quote)
        {
            field = field[1..^1];
            if (offset < text.Length && text[offset] == quote) field = field.Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
            field = field.Trim();
        }

        return field.Length == 0 || _missing.Contains(field) ? null : field;
    }

    private bool IsDelimiter(char c) => c == delimiter || (delimiter == ' ' && c == '\t');
}
