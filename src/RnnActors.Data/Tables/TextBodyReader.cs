namespace RnnActors.Data.Tables;

/// <summary>Reads a part of a text.</summary>
internal sealed class TextBodyReader(SourceText source, TextBody body) : TextReader
{
    private int _next = body.Start;

    public override int Peek() => _next < body.End ? source[_next] : -1;

    public override int Read() => _next < body.End ? source[_next++] : -1;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        int count = Math.Min(buffer.Length, body.End - _next);
        source.CopyTo(buffer[..count], _next);
        _next += count;
        return count;
    }
}
