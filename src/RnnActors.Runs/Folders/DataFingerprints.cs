using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;

namespace RnnActors.Runs.Folders;

/// <summary>
/// Hashes of the rows and columns of a run's data files, kept in a file of its folder. They serve error messages only: when data has changed, they tell which
/// row or column did. Whether data has changed is decided by the hash of what the network reads.
/// </summary>
public static class DataFingerprints
{
    public const string FileName = "data-prints.json";

    private const int MaxFiles = 10_000, MaxColumns = 256, BlockBytes = 4096;
    private const long MaxBytes = 1L << 30;

    private const int BytesAtOnce = 1 << 20;

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Version of the hashing rules. Files of another version cannot be compared.</summary>
    private const int Version = 2;

    private sealed record Prints(int Version, string DataHash, FilePrint[] Files);

    /// <summary>Hashes of a file: of its rows, or of blocks of 4 KB where it is not text.</summary>
    /// <param name="Lines">A 32-bit XXH3 of each row, in little-endian base64.</param>
    /// <param name="Columns">An XXH3 of each column, for a table with a delimiter.</param>
    private sealed record FilePrint(string Path, bool IsText, byte[] Lines, ulong[] Columns);

    /// <summary>Writes the hashes of a run's data. If that fails, a later error message cannot name the row, and nothing else is lost.</summary>
    /// <param name="dataHash">The hash of what the network reads. If the folder already has hashes for it, they stay.</param>
    public static void Write(RunFolder folder, RunSpecification specification, string dataHash)
    {
        if (Read(folder)?.DataHash == dataHash) return;
        try
        {
            Prints prints = new(Version, dataHash, [.. FilesOf(specification, specification).Select(file => Print(file.Now))]);
            DurableFile.Write(folder.File(FileName), stream => JsonSerializer.Serialize(stream, prints));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>The first difference between a run's data now and when it began; null where that is unknown.</summary>
    /// <param name="began">The run's own specification.</param>
    /// <param name="now">The specification with the data's current location.</param>
    /// <param name="dataHash">The hash of what the network read when the run began.</param>
    public static DataChange? FindChange(RunFolder folder, RunSpecification began, RunSpecification now, string dataHash)
    {
        try
        {
            if (Read(folder) is not { } prints || prints.DataHash != dataHash) return null;
            Dictionary<string, FilePrint> before = prints.Files.DistinctBy(print => print.Path).ToDictionary(print => print.Path);
            foreach ((string file, string place) in FilesOf(now, began))
            {
                if (!before.Remove(place, out FilePrint? print)) return new DataChange("this file is new", new SourceLocation(ShownPath.Of(file)));
                if (Compare(print, Print(file), file) is { } change) return change;
            }

            return before.Keys.FirstOrDefault() is { } gone
                ? new DataChange("this file is missing", new SourceLocation(ShownPath.Of(gone))) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static Prints? Read(RunFolder folder)
    {
        try
        {
            string path = folder.File(FileName);
            if (!File.Exists(path)) return null;
            using Stream stream = LocalDisk.Instance.Open(path);
            Prints? prints = JsonSerializer.Deserialize<Prints>(stream, Strict);
            return prints?.Version == Version && !prints.Files.Contains(null!) ? prints : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static DataChange? Compare(FilePrint before, FilePrint now, string file)
    {
        ReadOnlySpan<uint> was = Hashes(before), found = Hashes(now);
        int same = was.CommonPrefixLength(found);
        if (same == was.Length && same == found.Length) return null;
        string shown = ShownPath.Of(file);
        if (!now.IsText) return new DataChange(
            $"bytes {(long)same * BlockBytes} to {((long)(same + 1) * BlockBytes) - 1} differ", new SourceLocation(shown));
        string things = now.Columns.Length > 0 ? "rows" : "lines";
        string count = was.Length == found.Length ? "" : $"; it had {was.Length} {things}, and has {found.Length}";
        int[] columns = was.Length == found.Length && before.Columns.Length == now.Columns.Length
            ? [.. Enumerable.Range(0, now.Columns.Length).Where(column => before.Columns[column] != now.Columns[column])]
            : [];
        string[] names = columns.Length > 0 ? NamesOf(file, now.Columns.Length) : [];
        string where = columns.Length is 0 or > 5 ? "" : $" in column {string.Join(", ", columns.Select(column => names[column]))}";
        return new DataChange($"this row differs{where}{count}", new SourceLocation(shown, DataRows.LineOf(File.ReadAllBytes(file), same)));
    }

    private static ReadOnlySpan<uint> Hashes(FilePrint print) => MemoryMarshal.Cast<byte, uint>(print.Lines);

    /// <summary>The columns' names from the first line, or their numbers where it has no names.</summary>
    private static string[] NamesOf(string file, int columns)
    {
        string[] fields = [.. DataRows.FirstOf(File.ReadAllBytes(file))];
        return fields.Length == columns && fields.All(field => field.Length > 0 && !double.TryParse(field, out _)) ? fields
            : [.. Enumerable.Range(1, columns).Select(column => $"{column}")];
    }

    /// <summary>
    /// All files that a specification names, with folders expanded in ordinal order: each file's current path and its path when the run began.
    /// </summary>
    private static IEnumerable<(string Now, string Began)> FilesOf(RunSpecification now, RunSpecification began) =>
        PathsOf(now).Zip(PathsOf(began)).DistinctBy(paths => paths.First).SelectMany(paths => Directory.Exists(paths.First)
            ? Directory.EnumerateFiles(paths.First, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(MaxFiles)
                .Select(file => (file, Path.Combine(paths.Second, Path.GetRelativePath(paths.First, file))))
            : File.Exists(paths.First) ? [paths] : (IEnumerable<(string, string)>)[]);

    /// <summary>The files and folders that a specification names, in the order of its kind of task.</summary>
    private static List<string> PathsOf(RunSpecification specification)
    {
        List<string> paths = [];
        _ = specification.WithFullPaths().Data.WithPaths(path =>
        {
            paths.Add(path);
            return path;
        });
        return paths;
    }

    private static FilePrint Print(string path)
    {
        if (new FileInfo(path).Length > MaxBytes) return new FilePrint(path, false, [], []);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] buffer = new byte[BytesAtOnce];
        int begin = 0, end = 0;
        bool isWhole = false;
        List<uint> lines = [];
        List<XxHash3> columns = [];
        More();
        bool isText = buffer.AsSpan(0, Math.Min(end, BlockBytes)).IndexOf((byte)0) < 0;
        while (isText && !isWhole && !buffer.AsSpan(0, end).Contains((byte)'\n')) More();
        byte? delimiter = isText ? DataRows.DelimiterOf(buffer.AsSpan(0, end)) : null;
        while (true)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(begin..end);
            int length = isText ? DataRows.EndOf(rest, delimiter, isWhole) : isWhole || rest.Length >= BlockBytes ? Math.Min(BlockBytes, rest.Length) : -1;
            if (length < 0)
            {
                More();
                continue;
            }

            if (rest.IsEmpty) break;
            ReadOnlySpan<byte> line = rest[..length];
            lines.Add((uint)XxHash3.HashToUInt64(line));
            if (delimiter is { } mark) AddFields(line, mark, columns);
            begin = Math.Min(end, begin + (isText ? length + 1 : length));
        }

        return new FilePrint(
            path, isText, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(lines)).ToArray(), [.. columns.Select(column => column.GetCurrentHashAsUInt64())]);

        // Moves the rest to the front of the buffer. A row that fills the whole buffer needs a larger one.
        void More()
        {
            byte[] into = end - begin > buffer.Length / 2 ? new byte[2 * buffer.Length] : buffer;
            buffer.AsSpan(begin..end).CopyTo(into);
            (buffer, begin, end) = (into, 0, end - begin);
            int read = file.ReadAtLeast(buffer.AsSpan(end), buffer.Length - end, throwOnEndOfStream: false);
            isWhole = read < buffer.Length - end;
            end += read;
        }
    }

    private static void AddFields(ReadOnlySpan<byte> line, byte delimiter, List<XxHash3> columns)
    {
        for (int column = 0; column < MaxColumns; column++)
        {
            int end = DataRows.EndOfField(line, delimiter);
            if (column == columns.Count) columns.Add(new XxHash3());
            columns[column].Append(line[..end]);
            columns[column].Append("\n"u8);
            if (end == line.Length) return;
            line = line[(end + 1)..];
        }
    }
}

/// <summary>The first difference between the data now and when the run began.</summary>
/// <param name="What">The difference in words, without a full stop: "this file is new".</param>
public sealed record DataChange(string What, SourceLocation Where);
