namespace RnnActors.Data.Tables;

/// <summary>Lines whose fields are parted by any run of spaces and tabs; a field in quotes may hold some.</summary>
internal sealed class SpacedRecords(string text, TextBody body, char quote) : CsvRecords
{
    private readonly List<(int Start, int End)> _fields = [];
    private int _next = body.Start;
    private int _end = body.Start;

    public override bool Read()
    {
        while (_next < body.End)
        {
            int length = text.AsSpan(_next, body.End - _next).IndexOfAny('\r', '\n');
            _end = length < 0 ? body.End : _next + length;
            FindFields(_next);
            _next = Math.Min(_end + 1, body.End);
            FieldCount = _fields.Count;
            if (FieldCount > 0) return true;
        }

        return false;
    }

    public override ReadOnlySpan<char> Field(int field)
    {
        (int start, int end) = _fields[field];
        ReadOnlySpan<char> whole = text.AsSpan(start, end - start);
        return whole.Length >= 2 && whole[0] == quote && whole[^1] == quote ? whole[1..^1].Trim() : whole;
    }

    public override int OffsetOf(int field) => field < _fields.Count ? _fields[field].Start : _end;

    private void FindFields(int at)
    {
        _fields.Clear();
        while (true)
        {
            while (at < _end && char.IsWhiteSpace(text[at])) at++;
            if (at >= _end) return;
            int start = at;
            if (text[at] == quote && text.AsSpan(at + 1, _end - at - 1).IndexOf(quote) is >= 0 and var closing) at += closing + 2;
            while (at < _end && text[at] is not (' ' or '\t')) at++;
            _fields.Add((start, at));
        }
    }
}
