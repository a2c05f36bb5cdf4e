using System.Text.Json;
using System.Text.Unicode;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>Reads a header's JSON token by token. Whatever the format does not allow is refused with the offset of its byte.</summary>
internal ref struct SafetensorsHeaderParser
{
    private readonly string _path;
    private Utf8JsonReader _json;

    private SafetensorsHeaderParser(ReadOnlySpan<byte> json, string path)
    {
        _path = path;
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
    }

    private readonly long Offset => SafetensorsHeader.LengthBytes + _json.TokenStartIndex;

    /// <param name="header">The header with its eight bytes of length.</param>
    /// <param name="payload">Number of bytes in the file after the header.</param>
    public static SafetensorsHeader Parse(byte[] header, long payload, string path)
    {
        ReadOnlySpan<byte> json = header.AsSpan(SafetensorsHeader.LengthBytes);
        if (json is [] || json[0] != '{') throw SafetensorsHeader.Malformed(path, SafetensorsHeader.LengthBytes, "the header is not a JSON object");
        if (!Utf8.IsValid(json)) throw SafetensorsHeader.Malformed(path, SafetensorsHeader.LengthBytes, "the header is not UTF-8");
        SafetensorsHeaderParser parser = new(json, path);
        try
        {
            SafetensorsHeader parsed = parser.ReadHeader();
            CheckOffsets(parsed.Tensors, header.Length, payload, path);
            return parsed;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw SafetensorsHeader.Malformed(path, SafetensorsHeader.LengthBytes + parser._json.BytesConsumed, "the header is not valid JSON", e);
        }
    }

    private SafetensorsHeader ReadHeader()
    {
        Dictionary<string, string>? metadata = null;
        HashSet<string> names = [];
        List<TensorEntry> tensors = [];
        Expect(JsonTokenType.StartObject);
        while (NextProperty() is { } name)
        {
            if (name == SafetensorsHeader.MetadataKey)
                metadata = metadata is null ? ReadMetadata() : throw Malformed("the metadata stands twice");
            else
                tensors.Add(names.Add(name) ? ReadTensor(name) : throw Malformed($"the tensor name '{name}' stands twice"));
        }

        if (_json.Read()) throw Malformed("something follows the header's object");
        tensors.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        return new SafetensorsHeader(tensors, metadata ?? []);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        Expect(JsonTokenType.StartObject);
        while (NextProperty() is { } key)
        {
            Expect(JsonTokenType.String);
            if (!metadata.TryAdd(key, _json.GetString()!)) throw Malformed($"the metadata key '{key}' stands twice");
        }

        return metadata;
    }

    private TensorEntry ReadTensor(string name)
    {
        TensorType? type = null;
        long[]? shape = null, offsets = null;
        long start = Offset;
        Expect(JsonTokenType.StartObject);
        while (NextProperty() is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null: type = ReadType(name); break;
                case "shape" when shape is null: shape = ReadIntegers(name, key); break;
                case "data_offsets" when offsets is null: offsets = ReadIntegers(name, key); break;
                default: throw Malformed($"the key '{key}' of the tensor '{name}' is unknown or stands twice");
            }
        }

        if (type is null || shape is null || offsets is not [long begin, long end])
            throw SafetensorsHeader.Malformed(_path, start, $"the tensor '{name}' lacks its dtype, its shape or its two data_offsets");
        long bytes = ByteCount(type.Value, shape) ?? throw SafetensorsHeader.Malformed(_path, start, $"the tensor '{name}' is larger than memory can be");
        if (end - begin != bytes)
            throw SafetensorsHeader.Malformed(_path, start, $"the tensor '{name}' has offsets {begin} to {end}, and its shape asks for {bytes} bytes");
        return new TensorEntry(name, type.Value, shape, begin, end);
    }

    private TensorType ReadType(string tensor)
    {
        Expect(JsonTokenType.String);
        string name = _json.GetString()!;
        return TensorTypes.FromFormatName(name) ?? throw Malformed($"the tensor '{tensor}' has an unknown element type '{name}'");
    }

    /// <summary>An array of integers of at least 0.</summary>
    private long[] ReadIntegers(string tensor, string key)
    {
        List<long> values = [];
        Expect(JsonTokenType.StartArray);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long value) || value < 0)
                throw Malformed($"'{key}' of the tensor '{tensor}' holds something else than integers of at least 0");
            values.Add(value);
        }

        return [.. values];
    }

    /// <summary>The tensor's size in bytes; null where it is more than one array can hold.</summary>
    private static long? ByteCount(TensorType type, long[] shape)
    {
        if (shape.Contains(0)) return 0;
        long bytes = type.ElementSize();
        foreach (long extent in shape)
        {
            if (extent > Array.MaxLength / bytes) return null;
            bytes *= extent;
        }

        return bytes;
    }

    /// <summary>Checks that the tensors cover the payload from its first byte to its last, without gap or overlap.</summary>
    private static void CheckOffsets(IReadOnlyList<TensorEntry> sorted, long headerLength, long payload, string path)
    {
        long at = 0;
        foreach (TensorEntry tensor in sorted)
        {
            if (tensor.Begin != at)
                throw SafetensorsHeader.Malformed(path, headerLength + at,
                    $"the tensor '{tensor.Name}' leaves a gap or overlaps: it starts at offset {tensor.Begin}, not {at}");
            if (tensor.End > payload)
                throw SafetensorsHeader.Malformed(path, headerLength + at,
                    $"the tensor '{tensor.Name}' ends at offset {tensor.End}, and the file has {payload} bytes of tensors");
            at = tensor.End;
        }

        if (at != payload) throw SafetensorsHeader.Malformed(path, headerLength + at, $"{payload - at} bytes follow the last tensor");
    }

    private string? NextProperty()
    {
        if (!_json.Read()) throw Malformed("the header ends early");
        return _json.TokenType == JsonTokenType.EndObject ? null : _json.GetString();
    }

    private void Expect(JsonTokenType type)
    {
        if (!_json.Read() || _json.TokenType != type) throw Malformed($"a JSON {type} is expected");
    }

    private readonly InvalidInputException Malformed(string problem) => SafetensorsHeader.Malformed(_path, Offset, problem);
}
