namespace RnnActors.Data.Tables;

/// <summary>Lines whose fields are separated by any run of spaces and tabs; a quoted field may contain some.</summary>
internal sealed class SpacedRecords(SourceText text, TextBody body, char quote) : CsvRecords
{
    private readonly List<(int Start, int End)> _fields = [];
    private char[] _line = [];
    private int _next = body.Start;
    private int _start = body.Start;
    private int _end = body.Start;

    public override bool Read()
    {
        while (_next < body.End)
        {
            (_start, _end) = (_next, text.IndexOfAny("\r\n", _next, body.End));
            if (_line.Length < _end - _start) _line = new char[Math.Max(_end - _start, 2 * _line.Length)];
            text.CopyTo(_line.AsSpan(0, _end - _start), _start);
            FindFields(_line.AsSpan(0, _end - _start));
            _next = Math.Min(_end + 1, body.End);
            FieldCount = _fields.Count;
            if (FieldCount > 0) return true;
        }

        return false;
    }

    public override ReadOnlySpan<char> Field(int field)
    {
        (int start, int end) = _fields[field];
        ReadOnlySpan<char> whole = _line.AsSpan(start, end - start);
        return whole.Length >= 2 && whole[0] == quote && whole[^1] == quote ? whole[1..^1].Trim() : whole;
    }

    public override int OffsetOf(int field) => field < _fields.Count ? _start + _fields[field].Start : _end;

    /// <summary>The beginning and end of a line's next field; null if there is none.</summary>
    public static (int Start, int End)? NextField(ReadOnlySpan<char> line, int at, char quote)
    {
        while (at < line.Length && char.IsWhiteSpace(line[at])) at++;
        if (at >= line.Length) return null;
        int start = at;
        if (line[at] == quote && line[(at + 1)..].IndexOf(quote) is >= 0 and var closing) at += closing + 2;
        while (at < line.Length && line[at] is not (' ' or '\t')) at++;
        return (start, at);
    }

    private void FindFields(ReadOnlySpan<char> line)
    {
        _fields.Clear();
        for (int at = 0; NextField(line, at, quote) is { } field; at = field.End) _fields.Add(field);
    }
}
