using System.Globalization;
using System.IO.Hashing;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// A checkpoint is a safetensors file whose <c>__metadata__</c> begins with
/// <list type="bullet">
/// <item><c>header_xxh128</c>: XXH3-128 of everything before the first tensor (length, JSON, padding), these 32 digits taken as zeros;</item>
/// <item><c>payload_xxh128</c>: XXH3-128 of the tensors' bytes, in the order of the file;</item>
/// <item><c>format_version</c> and <c>step</c>;</item>
/// </list>
/// followed by the caller's own keys. The first hash covers the second, so any changed bit of the file is noticed.
/// </summary>
public static class CheckpointFile
{
    public const int FormatVersion = 1;

    private const string HeaderHashKey = "header_xxh128", PayloadHashKey = "payload_xxh128", VersionKey = "format_version", StepKey = "step";
    private const int HashDigits = 32;

    private static readonly string[] Reserved = [HeaderHashKey, PayloadHashKey, VersionKey, StepKey];
    private static readonly string NoHash = new('0', HashDigits);

    // The header hash stands at a fixed offset, so it can be checked before anything in the file is trusted.
    private static readonly byte[] Opening = Encoding.UTF8.GetBytes($"{{\"{SafetensorsHeader.MetadataKey}\":{{\"{HeaderHashKey}\":\"");
    private static readonly Range HashPlace = (SafetensorsHeader.LengthBytes + Opening.Length)..(SafetensorsHeader.LengthBytes + Opening.Length + HashDigits);

    /// <param name="step">Optimizer steps done so far.</param>
    /// <exception cref="ArgumentException">The metadata uses a key that the format reserves, or a name occurs twice.</exception>
    public static void Write(Stream stream, long step, IEnumerable<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        NamedTensor[] ordered = SafetensorsFile.InFileOrder(tensors);
        KeyValuePair<string, string>[] added = [.. metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        if (added.FirstOrDefault(pair => Reserved.Contains(pair.Key)).Key is { } taken)
            throw new ArgumentException($"The metadata key '{taken}' belongs to the format.", nameof(metadata));

        byte[] header = SafetensorsHeader.Encode(ordered,
        [
            new(HeaderHashKey, NoHash),
            new(PayloadHashKey, PayloadHash(ordered)),
            new(VersionKey, FormatVersion.ToString(CultureInfo.InvariantCulture)),
            new(StepKey, step.ToString(CultureInfo.InvariantCulture)),
            .. added,
        ]);
        Encoding.ASCII.GetBytes(Hex(XxHash128.Hash(header)), header.AsSpan(HashPlace));
        SafetensorsFile.Write(stream, header, ordered);
    }

    /// <exception cref="InvalidInputException">The file cannot be read, is not a checkpoint, is of a newer format, or is damaged.</exception>
    /// <param name="keep">Selects by name the tensors to keep in memory; null for all. The others are verified too.</param>
    /// <param name="disk">Null for the local disk.</param>
    public static Checkpoint Read(string path, Predicate<string>? keep = null, IDisk? disk = null)
    {
        XxHash128 payload = new();
        return Verify(SafetensorsFile.Read(path, keep, payload, disk), payload);
    }

    /// <summary>As <see cref="Read(string, Predicate{string}, IDisk)"/>, from a stream whose length is known.</summary>
    public static Checkpoint Read(Stream stream, string path)
    {
        XxHash128 payload = new();
        return Verify(SafetensorsFile.Read(stream, path, null, payload), payload);
    }

    /// <summary>Verifies a whole file as <see cref="Read(string, Predicate{string}, IDisk)"/> does, without keeping any tensor in memory.</summary>
    /// <returns>The checkpoint's step.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, is not a checkpoint, is of a newer format, or is damaged.</exception>
    public static long Check(string path, IDisk? disk = null)
    {
        try
        {
            using Stream stream = (disk ?? LocalDisk.Instance).Open(path);
            byte[] header = SafetensorsHeader.ReadBytes(stream, path);
            SafetensorsHeader parsed = SafetensorsHeaderParser.Parse(header, stream.Length - header.Length, path);
            XxHash128 payload = new();
            payload.Append(stream);
            return Verify(header, parsed.Metadata, Hex(payload.GetCurrentHash()), new SourceLocation(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the file cannot be read: {e.Message.TrimEnd('.')}", where: new SourceLocation(path), cause: e);
        }
    }

    private static Checkpoint Verify(SafetensorsFile file, XxHash128 payload)
    {
        long step = Verify(file.HeaderBytes, file.Metadata, Hex(payload.GetCurrentHash()), new SourceLocation(file.Path));
        return new Checkpoint(step, file.Metadata.Where(pair => !Reserved.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal), file);
    }

    /// <returns>The step.</returns>
    private static long Verify(byte[] header, IReadOnlyDictionary<string, string> metadata, string payloadHash, SourceLocation where)
    {
        if (!header.AsSpan(SafetensorsHeader.LengthBytes).StartsWith(Opening))
            throw new InvalidInputException("the file is not a checkpoint of RnnActors, or its first bytes are damaged", where: where);
        if (!HeaderIsWhole(header))
            throw Damaged("header does not have the hash that was saved with it", where);
        if (metadata.GetValueOrDefault(VersionKey) is var version && version != FormatVersion.ToString(CultureInfo.InvariantCulture))
            throw new InvalidInputException($"the checkpoint has format version {version}, and this program reads {FormatVersion}",
                "Use the version of RnnActors that wrote it", where);
        if (metadata.GetValueOrDefault(PayloadHashKey) != payloadHash)
            throw Damaged("tensors do not have the hash that was saved with them", where);
        return long.TryParse(metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step
            : throw new InvalidInputException("the checkpoint does not say its step", where: where);
    }

    private static bool HeaderIsWhole(byte[] header)
    {
        if (header.Length < HashPlace.End.Value) return false;
        byte[] unsigned = [.. header];
        unsigned.AsSpan(HashPlace).Fill((byte)'0');
        return header.AsSpan(HashPlace).SequenceEqual(Encoding.ASCII.GetBytes(Hex(XxHash128.Hash(unsigned))));
    }

    private static string PayloadHash(IEnumerable<NamedTensor> ordered)
    {
        XxHash128 hash = new();
        foreach (NamedTensor tensor in ordered) hash.Append(tensor.Bytes);
        return Hex(hash.GetCurrentHash());
    }

    private static InvalidInputException Damaged(string finding, SourceLocation where) =>
        new($"the checkpoint is damaged: its {finding}", "Use another checkpoint", where);

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
