using System.Globalization;
using System.IO.Compression;
using RnnActors.Core.Problems;

namespace RnnActors.Data.NumPy;

/// <summary>NumPy's .npz format: a ZIP archive of .npy files.</summary>
public static class NpzFile
{
    private const string Extension = ".npy";

    /// <summary>Deflate compresses to 1/1,032 at best, so an archive that claims more is malicious or damaged.</summary>
    private const long MaxExpansion = 1032;

    private const int MaxEntries = 1 << 16;

    /// <summary>Reads the arrays with their names, in the order of the file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, or is not a complete .npz file.</exception>
    public static IReadOnlyList<(string Name, NumPyArray Array)> Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"the file cannot be read: {e.Message.TrimEnd('.')}", where: new SourceLocation(path), cause: e);
        }
    }

    /// <inheritdoc cref="Read(string)"/>
    public static IReadOnlyList<(string Name, NumPyArray Array)> Read(Stream stream, string path) => Read(stream, path, NpyFile.Read);

    /// <summary>Reads the arrays as columns of a table, with their names; several columns of one array are numbered from 1.</summary>
    /// <exception cref="InvalidInputException">The file is not a complete .npz file, or an array has more than two dimensions.</exception>
    public static IReadOnlyList<(string Name, NumPyArray Column)> ReadColumns(Stream stream, string path) =>
    [
        .. Read(stream, path, NpyFile.ReadColumns).SelectMany(entry => entry.Array.Select((column, i) =>
            (column.Name.Length > 0 ? column.Name : entry.Array.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{entry.Name}{i + 1}") : entry.Name,
            column.Column))),
    ];

    /// <summary>Whether an archive holds only arrays.</summary>
    internal static bool IsNpz(ZipArchive archive) =>
        archive.Entries.Count > 0 && archive.Entries.All(entry => entry.FullName.EndsWith(Extension, StringComparison.Ordinal));

    private static List<(string Name, T Array)> Read<T>(Stream stream, string path, Func<Stream, long, string, T> read)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > MaxEntries) throw NpyFile.Malformed(path, $"it has {archive.Entries.Count} entries");
            List<(string, T)> arrays = [];
            HashSet<string> names = [];
            long total = 0;
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
                    throw NpyFile.Malformed(path, $"it holds '{entry.FullName}', which is no array");
                string name = entry.FullName[..^Extension.Length];
                if (!names.Add(name)) throw NpyFile.Malformed(path, $"it holds '{name}' twice");
                total += entry.Length;
                if (entry.Length > (MaxExpansion * entry.CompressedLength) + MaxExpansion || total > Array.MaxLength)
                    throw NpyFile.Malformed(path, $"'{name}' is announced with {entry.Length} bytes");
                using Stream content = entry.Open();
                arrays.Add((name, read(content, entry.Length, $"{path}/{entry.FullName}")));
            }

            return arrays;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            throw NpyFile.Malformed(path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Writes arrays uncompressed, as <c>np.savez</c> does.</summary>
    public static void Write(Stream stream, IEnumerable<(string Name, NumPyArray Array)> arrays)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, NumPyArray array) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + Extension, CompressionLevel.NoCompression);
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // so that equal arrays are equal files
            using Stream content = entry.Open();
            NpyFile.Write(content, array);
        }
    }
}
