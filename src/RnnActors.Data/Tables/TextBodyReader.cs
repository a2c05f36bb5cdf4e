namespace RnnActors.Data.Tables;

/// <summary>Reads a part of a text. <see cref="Never"/>, which must not occur, is replaced.</summary>
/// <param name="continuing">Called with the offset up to which the text was read, before more of it is.</param>
internal sealed class TextBodyReader(SourceText source, TextBody body, Action<int> continuing) : TextReader
{
    /// <summary>The maximum number of characters that are read at once.</summary>
    public const int MaxCount = 1 << 14;

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
        continuing(_next);
        int count = Math.Min(Math.Min(buffer.Length, MaxCount), body.End - _next);
        source.CopyTo(buffer[..count], _next);
        buffer[..count].Replace(Never, Replacement);
        _next += count;
        return count;
    }
}
