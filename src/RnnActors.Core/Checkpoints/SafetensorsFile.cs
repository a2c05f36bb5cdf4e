using System.IO.Hashing;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// The safetensors format (https://github.com/huggingface/safetensors): eight bytes of header length, a JSON header, then the tensors' bytes without a gap.
/// Files are treated as hostile: nothing is allocated before its length is known to lie inside the file, and every offset, shape and name is checked.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>Size in bytes of the buffer through which unwanted tensors are skipped.</summary>
    private const int PassedAtOnce = 32 * 1024;

    private readonly Dictionary<string, NamedTensor> _byName;

    private SafetensorsFile(string path, byte[] header, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        (Path, HeaderBytes, Tensors, Metadata) = (path, header, tensors, metadata);
        _byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path as the user wrote it.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order in which they lie in the file.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Everything before the first tensor: length, JSON, padding.</summary>
    internal byte[] HeaderBytes { get; }

    /// <exception cref="InvalidInputException">The file has no tensor of this name.</exception>
    public NamedTensor this[string name] => Find(name) ?? throw new InvalidInputException(
        $"there is no tensor '{name}'", Suggestion.Nearest(name, _byName.Keys) is { } near ? $"The nearest is '{near}'" : null, new SourceLocation(Path));

    public NamedTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="InvalidInputException">The file cannot be read, or is not a whole and well-formed safetensors file.</exception>
    /// <param name="disk">Null for the local disk.</param>
    public static SafetensorsFile Read(string path, IDisk? disk = null) => Read(path, null, null, disk);

    /// <summary>As <see cref="Read(string, IDisk)"/>, from a stream whose length is known. <paramref name="path"/> names it in messages.</summary>
    public static SafetensorsFile Read(Stream stream, string path) => Read(stream, path, null, null);

    /// <param name="keep">Selects tensors by name; null for all.</param>
    /// <param name="payload">A hash to which the bytes of all tensors are appended in the order of the file, kept or not; null for none.</param>
    internal static SafetensorsFile Read(string path, Predicate<string>? keep, XxHash128? payload, IDisk? disk)
    {
        try
        {
            using Stream stream = (disk ?? LocalDisk.Instance).Open(path);
            return Read(stream, path, keep, payload);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"the file cannot be read: {e.Message.TrimEnd('.')}", where: new SourceLocation(path), cause: e);
        }
    }

    internal static SafetensorsFile Read(Stream stream, string path, Predicate<string>? keep, XxHash128? payload)
    {
        byte[] header = SafetensorsHeader.ReadBytes(stream, path);
        SafetensorsHeader parsed = SafetensorsHeaderParser.Parse(header, stream.Length - header.Length, path);
        List<NamedTensor> tensors = new(parsed.Tensors.Count);
        byte[]? passing = null;
        foreach (TensorEntry entry in parsed.Tensors)
        {
            bool isKept = keep is null || keep(entry.Name);
            byte[] bytes = isKept ? GC.AllocateUninitializedArray<byte>((int)(entry.End - entry.Begin)) : passing ??= new byte[PassedAtOnce];
            for (long at = entry.Begin; at < entry.End;)
            {
                Span<byte> part = bytes.AsSpan(0, (int)Math.Min(bytes.Length, entry.End - at));
                if (stream.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
                    throw SafetensorsHeader.Malformed(path, header.Length + entry.Begin, $"the file ends inside the tensor '{entry.Name}'");
                payload?.Append(part);
                at += part.Length;
            }

            if (isKept) tensors.Add(NamedTensor.FromFile(entry.Name, entry.Type, entry.Shape, bytes));
        }

        return new SafetensorsFile(path, header, tensors, parsed.Metadata);
    }

    /// <summary>
    /// Writes a file whose first tensor starts at a multiple of 64 bytes. The widest element types come first, so that each is aligned to its own size;
    /// otherwise the given order is kept. Values go straight from their memory to the stream.
    /// </summary>
    public static void Write(Stream stream, IEnumerable<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        NamedTensor[] ordered = InFileOrder(tensors);
        Write(stream, SafetensorsHeader.Encode(ordered, metadata), ordered);
    }

    internal static void Write(Stream stream, ReadOnlySpan<byte> header, NamedTensor[] ordered)
    {
        stream.Write(header);
        foreach (NamedTensor tensor in ordered) stream.Write(tensor.Bytes);
    }

    internal static NamedTensor[] InFileOrder(IEnumerable<NamedTensor> tensors) => [.. tensors.OrderByDescending(t => t.Type.ElementSize())];
}
