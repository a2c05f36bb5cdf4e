using System.Text.Json;
using RnnActors.Core.Checkpoints;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>What happened to a run, a JSON object a line, in a file of its folder: it is for people and for curves, and decides nothing.</summary>
/// <param name="path">Of the file.</param>
public sealed class RunLog(string path)
{
    /// <summary>Above it the older half is dropped.</summary>
    private const long MaxBytes = 8 << 20;

    /// <summary>A part is never longer, since it travels as one message.</summary>
    private const int PartBytes = 48 << 10;

    private static readonly byte[] NewLine = [(byte)'\n'];

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Append(IEnumerable<RunLogLine> lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        bool isLong;
        using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            // A process that was killed may have left half a line.
            if (file.Length > 0)
            {
                file.Position = file.Length - 1;
                if (file.ReadByte() != NewLine[0]) file.Write(NewLine);
            }

            using var bytes = new MemoryStream();
            foreach (var line in lines) Write(bytes, line);
            bytes.WriteTo(file);
            isLong = file.Length > MaxBytes;
        }

        if (isLong) DropOlderHalf();
    }

    /// <summary>Reads some whole lines; those that are damaged are left out.</summary>
    /// <param name="offset">In bytes. One behind the end begins anew: the log was shortened.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public RunLogPart Read(string runId, long offset)
    {
        if (!File.Exists(path)) return new RunLogPart(runId, [], 0, IsEnd: true);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset < 0 || offset > file.Length ? 0 : offset;
        byte[] part = new byte[Math.Min(PartBytes, file.Length - file.Position)];
        file.ReadExactly(part);
        int end = part.AsSpan().LastIndexOf(NewLine[0]) + 1;
        bool isWhole = file.Position == file.Length;
        // A line that is longer than a part is none of ours.
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

    private void DropOlderHalf()
    {
        byte[] all = File.ReadAllBytes(path);
        int middle = all.AsSpan(all.Length / 2).IndexOf(NewLine[0]) + (all.Length / 2) + 1;
        DurableFile.Write(path, stream => stream.Write(all.AsSpan(middle)));
    }
}
