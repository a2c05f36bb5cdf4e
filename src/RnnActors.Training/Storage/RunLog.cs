using System.Text.Json;
using RnnActors.Core.Checkpoints;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>The log of a run, a JSON object a line, in a file of its folder. It is for people and for loss curves, and decides nothing.</summary>
/// <param name="path">The path of the file.</param>
/// <param name="disk">Null for this machine's.</param>
public sealed class RunLog(string path, IDisk? disk = null)
{
    /// <summary>The maximum length of a part, since it travels as one message.</summary>
    private const int PartBytes = 48 << 10;

    private static readonly byte[] NewLine = [(byte)'\n'];

    private readonly IDisk _disk = disk ?? LocalDisk.Instance;

    /// <summary>The maximum size of the log; then the older half is dropped.</summary>
    internal long MaxBytes { get; init; } = 8 << 20;

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Append(IEnumerable<RunLogLine> lines)
    {
        DurableFolder.Create(Path.GetDirectoryName(path)!, _disk);
        using var bytes = new MemoryStream();
        if (EndsInsideLine()) bytes.Write(NewLine);
        foreach (var line in lines) Write(bytes, line);
        using (Stream file = _disk.Append(path)) bytes.WriteTo(file);
        if (_disk.Find(path) is { } entry && entry.Bytes > MaxBytes) DropOlderHalf();
    }

    /// <summary>Reads some whole lines; those that are damaged are left out.</summary>
    /// <param name="offset">In bytes. If it is beyond the end, reading starts at the beginning: the log was shortened.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public RunLogPart Read(string runId, long offset)
    {
        if (!_disk.HasFile(path)) return new RunLogPart(runId, [], 0, IsEnd: true);
        using Stream file = _disk.Open(path);
        file.Position = offset < 0 || offset > file.Length ? 0 : offset;
        byte[] part = new byte[Math.Min(PartBytes, file.Length - file.Position)];
        file.ReadExactly(part);
        int end = part.AsSpan().LastIndexOf(NewLine[0]) + 1;
        bool isWhole = file.Position == file.Length;
        // A line that is longer than a part was not written by us.
        long next = file.Position - part.Length + (end == 0 && !isWhole ? part.Length : end);
        return new RunLogPart(runId, [.. Lines(part.AsMemory(0, end))], next, isWhole);
    }

    private static IEnumerable<RunLogLine> Lines(ReadOnlyMemory<byte> part)
    {
        while (part.Span.IndexOf(NewLine[0]) is var end and >= 0)
        {
            if (TryParse(part[..end]) is { } line) yield return line;
            part = part[(end + 1)..];
        }
    }

    private static void Write(MemoryStream bytes, RunLogLine line)
    {
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("at", line.At);
            json.WriteString("kind", line.Kind);
            json.WritePropertyName("event");
            json.WriteRawValue(line.Event);
            json.WriteEndObject();
        }

        bytes.Write(NewLine);
    }

    private static RunLogLine? TryParse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return new RunLogLine(root.GetProperty("at").GetInt64(), root.GetProperty("kind").GetString() ?? "", root.GetProperty("event").GetRawText());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether the file ends in half a line, as a killed process may have left it.</summary>
    private bool EndsInsideLine()
    {
        if (!_disk.HasFile(path)) return false;
        using Stream file = _disk.Open(path);
        if (file.Length == 0) return false;
        file.Position = file.Length - 1;
        return file.ReadByte() != NewLine[0];
    }

    private void DropOlderHalf()
    {
        byte[] all;
        using (Stream file = _disk.Open(path))
        {
            all = new byte[file.Length];
            file.ReadExactly(all);
        }

        int middle = all.AsSpan(all.Length / 2).IndexOf(NewLine[0]) + (all.Length / 2) + 1;
        DurableFile.Write(path, stream => stream.Write(all.AsSpan(middle)), _disk);
    }
}
