using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>One tensor's line in the header. Offsets count from the first byte after the header.</summary>
internal sealed record TensorEntry(string Name, TensorType Type, long[] Shape, long Begin, long End);

/// <summary>A file's parsed header.</summary>
/// <param name="Tensors">In the order of their offsets.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    public const int LengthBytes = sizeof(ulong);

    /// <summary>The limit that the format itself sets.</summary>
    public const long MaxJsonBytes = 100_000_000;

    public const string MetadataKey = "__metadata__";

    /// <summary>Bytes to which the first tensor is aligned: a cache line, and the widest vector.</summary>
    private const int Alignment = 64;

    // Keeps JSON inside the metadata readable: quotes as \", letters of all languages as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Refuses half a surrogate pair, which the JSON writer would silently replace.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The header's bytes (length, JSON and padding) for these tensors, in this order.</summary>
    /// <exception cref="ArgumentException">A name or a metadata key occurs twice, or a string is not valid Unicode.</exception>
    public static byte[] Encode(IReadOnlyList<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, Readable))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata);
            HashSet<string> names = [MetadataKey];
            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                if (!names.Add(tensor.Name)) throw new ArgumentException($"The tensor name '{tensor.Name}' is taken.", nameof(tensors));
                offset = WriteTensor(writer, tensor, offset);
            }

            writer.WriteEndObject();
        }

        if (json.WrittenCount > MaxJsonBytes - Alignment)
            throw new ArgumentException("Names and metadata are more than a safetensors header may hold.", nameof(metadata));
        int length = (LengthBytes + json.WrittenCount + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[length];
        BinaryPrimitives.WriteInt64LittleEndian(header, length - LengthBytes);
        json.WrittenSpan.CopyTo(header.AsSpan(LengthBytes));
        header.AsSpan(LengthBytes + json.WrittenCount).Fill((byte)' ');
        return header;
    }

    /// <summary>Reads length and JSON. Memory is allocated only once the length is known to be plausible.</summary>
    public static byte[] ReadBytes(Stream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw Malformed(path, 0, stream.Length == 0 ? "the file is empty" : "the file ends inside its first eight bytes");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxJsonBytes) throw Malformed(path, 0, $"a header of {length} bytes is announced, and the format allows {MaxJsonBytes}");
        if ((long)length > stream.Length - LengthBytes)
            throw Malformed(path, 0, $"a header of {length} bytes is announced, and only {stream.Length - LengthBytes} follow");
        byte[] header = new byte[LengthBytes + (int)length];
        prefix.CopyTo(header);
        int read = stream.ReadAtLeast(header.AsSpan(LengthBytes), (int)length, throwOnEndOfStream: false);
        return read == (int)length ? header : throw Malformed(path, LengthBytes + read, "the file ends inside its header");
    }

    public static InvalidInputException Malformed(string path, long offset, string problem, Exception? cause = null) => new(
        $"this is not a whole safetensors file: at byte {offset}, {problem}", "It may be truncated, damaged, or of another kind", new SourceLocation(path),
        cause);

    private static void WriteMetadata(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        HashSet<string> keys = [];
        writer.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in metadata)
        {
            if (!keys.Add(key)) throw new ArgumentException($"The metadata key '{key}' stands twice.", nameof(metadata));
            writer.WriteString(Strict.GetBytes(key), Strict.GetBytes(value));
        }

        writer.WriteEndObject();
    }

    private static long WriteTensor(Utf8JsonWriter writer, NamedTensor tensor, long offset)
    {
        long end = checked(offset + tensor.Bytes.Length);
        writer.WriteStartObject(Strict.GetBytes(tensor.Name));
        writer.WriteString("dtype", tensor.Type.FormatName());
        writer.WriteStartArray("shape");
        foreach (long extent in tensor.Shape) writer.WriteNumberValue(extent);
        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(end);
        writer.WriteEndArray();
        writer.WriteEndObject();
        return end;
    }
}
