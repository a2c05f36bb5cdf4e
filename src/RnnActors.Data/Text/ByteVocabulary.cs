using System.Text;

namespace RnnActors.Data.Text;

/// <summary>The vocabulary of UTF-8 bytes, which can express any text.</summary>
internal sealed class ByteVocabulary : TextVocabulary
{
    public override TextUnit Unit => TextUnit.Bytes;

    public override int Count => 256;

    public override int? Unknown => null;

    public override int Beginning => '\n';

    public override int[] Encode(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    public override int[] EncodeText(string text) => Encode(text);

    public override TokenDecoder CreateDecoder() => new Utf8Decoder();

    private protected override Stored ToStored() => new(Unit, "", false);

    /// <summary>A character of several bytes appears with its last byte.</summary>
    private sealed class Utf8Decoder : TokenDecoder
    {
        private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

        public override string End() => Decode([], flush: true);

        protected override int Count => 256;

        protected override string Text(int token) => Decode([(byte)token], flush: false);

        private string Decode(ReadOnlySpan<byte> bytes, bool flush)
        {
            Span<char> characters = stackalloc char[8];
            return new string(characters[.._utf8.GetChars(bytes, characters, flush)]);
        }
    }
}
