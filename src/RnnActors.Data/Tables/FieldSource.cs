namespace RnnActors.Data.Tables;

/// <summary>The fields of a text by their places, as <see cref="CsvRecords"/> reads them.</summary>
internal sealed class FieldSource(SourceText source, char delimiter, char quote, IReadOnlyCollection<string> missing)
{
    private readonly HashSet<string> _missing = new(missing, StringComparer.OrdinalIgnoreCase);

    public SourceText Text => source;

    public HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Missing => _missing.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The field without its quotes and the space around it; null where it means that the value is missing.</summary>
    public string? At(int offset)
    {
        string text = source.Text;
        bool quoted = false, atStart = true;
        int end = offset;
        for (; end < text.Length; end++)
        {
            char c = text[end];
            if (c == quote && (atStart || quoted)) quoted = !quoted || (end + 1 < text.Length && text[end + 1] == quote && ++end > 0);
            else if (!quoted && (IsDelimiter(c) || c is '\r' or '\n')) break;
            atStart = false;
        }

        string field = text[offset..Math.Min(end, text.Length)].Trim();
        if (field.Length >= 2 && field[0] == quote && field[^1] == quote)
        {
            field = field[1..^1];
            if (text[offset] == quote) field = field.Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal);
            field = field.Trim();
        }

        return field.Length == 0 || _missing.Contains(field) ? null : field;
    }

    private bool IsDelimiter(char c) => c == delimiter || (delimiter == ' ' && c == '\t');
}
