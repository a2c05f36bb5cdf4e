namespace RnnActors.Data.Tables;

/// <summary>Reads a part of a text. <see cref="Never"/>, which must not occur, is replaced.</summary>
internal sealed class TextBodyReader(SourceText source, TextBody body) : TextReader
{
    /// <summary>A noncharacter, which no text that is read here contains.</summary>
    public const char Never = '\uFFFF';

    private const char Replacement = '\uFFFD';

    private int _next = body.Start;

    public override int Peek() => _next >= body.End ? -1 : source[_next] == Never ? Replacement : source[_next];

    public override int Read()
    {
        int next = Peek();
        if (next >= 0) _next++;
        return next;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        int count = Math.Min(buffer.Length, body.End - _next);
        source.CopyTo(buffer[..count], _next);
        buffer[..count].Replace(Never, Replacement);
        _next += count;
        return count;
    }
}
