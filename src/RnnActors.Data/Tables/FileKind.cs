namespace RnnActors.Data.Tables;

/// <summary>Recognises, by its first bytes, a file that is not a table in text.</summary>
internal static class FileKind
{
    private const int MaxExamined = 8192;

    private static readonly (byte[] Start, string Kind)[] Signatures =
    [
        ("PK\x03\x04"u8.ToArray(), "a ZIP archive or an Excel workbook"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook"),
        ("PAR1"u8.ToArray(), "a Parquet file"),
        ("FEA1"u8.ToArray(), "a Feather file of version 1"),
        ("ARROW1"u8.ToArray(), "an Arrow file"),
        ([0xFF, 0xFF, 0xFF, 0xFF], "a stream of Arrow, not a file"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        ("GIF8"u8.ToArray(), "a GIF image"),
        ("%PDF-"u8.ToArray(), "a PDF document"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "an xz archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF], "a 7z archive"),
        ("SQLite format 3"u8.ToArray(), "an SQLite database"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], "a NumPy array"),
        ("RIFF"u8.ToArray(), "a WAV or AVI recording"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        ("<!DOCTYPE"u8.ToArray(), "a web page"),
        ("<html"u8.ToArray(), "a web page"),
        ("<?xml"u8.ToArray(), "an XML document"),
    ];

    /// <summary>The kind of file, with its article; null if it may be a table in text.</summary>
    /// <param name="zerosAreText">Whether the encoding has zero bytes in ordinary text, as UTF-16 has.</param>
    public static string? Recognise(ReadOnlySpan<byte> bytes, bool zerosAreText)
    {
        foreach ((byte[] start, string kind) in Signatures)
            if (bytes.StartsWith(start)) return kind;
        return !zerosAreText && bytes[..Math.Min(MaxExamined, bytes.Length)].Contains((byte)0) ? "a binary file" : null;
    }
}
