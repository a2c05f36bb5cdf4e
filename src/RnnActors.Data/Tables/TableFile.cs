using System.Globalization;
using System.IO.Compression;
using System.Text;
using RnnActors.Core.Problems;
using RnnActors.Data.NumPy;

namespace RnnActors.Data.Tables;

/// <summary>Reads a table from any supported kind of file: CSV, Parquet, Arrow or Feather, NumPy, or one of them in a gzip or ZIP archive.</summary>
public static class TableFile
{
    private const int MaxExamined = 1 << 16, MaxLinesExamined = 20;

    private static ReadOnlySpan<byte> Parquet => "PAR1"u8;

    private static ReadOnlySpan<byte> Arrow => "ARROW1"u8;

    /// <param name="path">The file.</param>
    /// <param name="shown">The path for messages, if it is not <paramref name="path"/>.</param>
    /// <exception cref="InvalidInputException">The file is not a table, or something in it is wrong.</exception>
    public static Table Read(string path, CsvFormat format, string? shown = null)
    {
        shown ??= path;
        if (SourceText.Open(path, format.Encoding, shown) is { } text) return CsvTable.Parse(text, format);
        return Read(SourceText.ReadBytes(path, shown), format, shown);
    }

    /// <summary>Whether a file looks like a table, whatever its name: its first lines have equally many fields, and one of the columns is numbers.</summary>
    public static bool LooksLikeTable(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] start = Start(file);
            file.Position = 0;
            if (Archive.IsGzip(start))
            {
                using GZipStream unpacked = new(file, CompressionMode.Decompress);
                return IsTable(Start(unpacked));
            }

            if (!Archive.IsZip(start)) return IsTable(start);
            using ZipArchive archive = new(file);
            if (NpzFile.IsNpz(archive)) return true;
            if (Archive.Files(archive) is not [var only]) return false;
            using Stream entry = only.Open();
            return IsTable(Start(entry));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            return false;
        }
    }

    internal static Table Read(byte[] bytes, CsvFormat format, string shown)
    {
        List<string> notes = [];
        bool isNumPy = NumPyTable.IsOne(bytes);
        if (!isNumPy) bytes = Archive.Unpack(bytes, shown, notes);
        if (isNumPy || IsColumnar(bytes)) return ReadColumnar(bytes, format, shown, notes);
        return CsvTable.Parse(SourceText.Decode(bytes, format.Encoding, shown), format, notes);
    }

    private static bool IsColumnar(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Parquet) || bytes.StartsWith(Arrow) || NpyFile.IsNpy(bytes);

    private static Table ReadColumnar(byte[] bytes, CsvFormat format, string shown, List<string> notes)
    {
        if (!ColumnarFiles.AreSupported)
            throw new InvalidInputException("This program was built without support for Parquet, Arrow and NumPy", "Give a CSV file", new(shown));
        if (format.FillDown.Count > 0)
        {
            throw new InvalidInputException("data.fillDown is for merged cells, as spreadsheets write them to CSV files, and this is no CSV file",
                "Leave it out, or fill the column before the file is written", new(shown));
        }

        return bytes.AsSpan().StartsWith(Parquet) ? ParquetTable.Read(bytes, shown, format, notes)
            : bytes.AsSpan().StartsWith(Arrow) ? ArrowTable.Read(bytes, shown, format, notes)
            : NumPyTable.Read(bytes, shown, format, notes);
    }

    private static byte[] Start(Stream stream)
    {
        byte[] bytes = new byte[MaxExamined];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static bool IsTable(byte[] start)
    {
        if (IsColumnar(start)) return true;
        Encoding encoding = SourceText.EncodingOf(start, "utf-8", out int mark);
        if (start.Length == 0 || FileKind.Recognise(start.AsSpan(mark), encoding.GetByteCount("a") > 1) is not null) return false;
        if (mark == 0) encoding = Encoding.Latin1; // numbers and delimiters are the same in all encodings without a byte order mark
        Encoding lenient = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
        string text = lenient.GetString(start, mark, start.Length - mark);
        if (start.Length == MaxExamined && text.LastIndexOf('\n') is > 0 and var last) text = text[..last];
        return IsTable(text);
    }

    private static bool IsTable(string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        try
        {
            SourceText source = new("", text);
            CsvPreface preface = CsvPreface.Find(source, new(), []);
            const char quote = '"';
            char delimiter = preface.Delimiter ?? CsvSniffer.Delimiter(source, preface.Body, quote);
            CsvPreview preview = CsvPreview.Of(source, preface.Body, delimiter, quote, culture);
            IReadOnlyList<string>[] rows = [.. preview.Rows.Take(MaxLinesExamined).Select(row => row.Fields)];
            if (rows.Length < 2 || Array.Exists(rows, row => row.Count != rows[0].Count)) return false;
            return Enumerable.Range(0, rows[0].Count).Any(i =>
                preview.HasValuesOnly(1, i) && preview.Below(1, i).All(field => rows[0].Count == 1 ? preview.IsNumber(field) : IsNumber(preview, field)));
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    private static bool IsNumber(CsvPreview preview, string field) => preview.IsNumber(field) || DecimalMarks.Decide(field) is not null;
}
