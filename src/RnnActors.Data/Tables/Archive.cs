using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Unpacks gzip files, and ZIP archives of one file.</summary>
internal static class Archive
{
    private const int MaxShown = 10, ShortestGzip = 18, MaxMembersTried = 64;

    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    public static bool IsZip(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\x03\x04"u8);

    /// <summary>The content of the archive; the bytes themselves if they are not one.</summary>
    /// <param name="notes">Receives a note of which file of an archive is read.</param>
    /// <exception cref="InvalidInputException">The archive is damaged, too large, a workbook, or holds several files or none.</exception>
    public static byte[] Unpack(byte[] bytes, string shown, ICollection<string> notes)
    {
        try
        {
            if (IsGzip(bytes))
            {
                byte[] all = Gunzip(bytes, 0, shown);
                return IsWhole(bytes, all.Length, shown) ? all : throw new InvalidDataException("it ends too early");
            }

            if (!IsZip(bytes)) return bytes;
            using ZipArchive archive = new(new MemoryStream(bytes));
            if (archive.GetEntry("[Content_Types].xml") is not null)
                throw new InvalidInputException("This is an Excel workbook, not a text table", "Save the sheet as CSV", new(shown));

            ZipArchiveEntry[] files = Files(archive);
            if (files is not [var only]) throw Several(files, shown);
            notes.Add($"The archive holds '{only.FullName}', which is read.");
            using Stream entry = only.Open();
            byte[] unpackedEntry = ReadAll(entry, shown);
            return unpackedEntry.Length == only.Length ? unpackedEntry : throw new InvalidDataException($"'{only.FullName}' in it ends too early");
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"The archive cannot be read: {problem.Message.TrimEnd('.')}", "Unpack it, and give the file in it", new(shown), problem);
        }
    }

    /// <summary>The files of an archive, without those that macOS adds.</summary>
    public static ZipArchiveEntry[] Files(ZipArchive archive) =>
        [.. archive.Entries.Where(entry =>
            entry.Name.Length > 0 && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal) && entry.Name != ".DS_Store")];

    private static InvalidInputException Several(ZipArchiveEntry[] files, string shown)
    {
        string names = string.Join(", ", files.Take(MaxShown).Select(file => file.FullName)) + (files.Length > MaxShown ? " …" : "");
        return new(
            files.Length == 0 ? "The archive holds no file" : $"The archive holds {files.Length} files: {names}",
            "Unpack it, and give one of its files",
            new(shown));
    }

    private static byte[] Gunzip(byte[] bytes, int start, string shown)
    {
        using GZipStream unpacked = new(new MemoryStream(bytes, start, bytes.Length - start), CompressionMode.Decompress);
        return ReadAll(unpacked, shown);
    }

    /// <summary>
    /// Whether a gzip file is as long as its last bytes say. .NET does not check this, and would read a truncated file as far as it goes. If there are several
    /// members, the last one has only its own length.
    /// </summary>
    private static bool IsWhole(byte[] bytes, long length, string shown)
    {
        if (bytes.Length < ShortestGzip) return false;
        uint told = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint)));
        if (told == (uint)length) return true;
        int start = bytes.Length;
        for (int tried = 0; tried < MaxMembersTried; tried++)
        {
            start = bytes.AsSpan(0, start).LastIndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]);
            if (start <= 0) return false;
            try
            {
                if (Gunzip(bytes, start, shown).Length == told) return true;
            }
            catch (InvalidDataException)
            {
                // these three bytes do not begin a member
            }
        }

        return false;
    }

    private static byte[] ReadAll(Stream stream, string shown)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, read);
            if (all.Length > SourceText.LargestFile)
            {
                throw new InvalidInputException(
                    string.Create(
                        CultureInfo.InvariantCulture, $"The archive holds more than {SourceText.LargestFile:N0} bytes, the most that a table may have"),
                    "Leave out rows or columns that are not needed",
                    new(shown));
            }
        }

        return all.ToArray();
    }
}
