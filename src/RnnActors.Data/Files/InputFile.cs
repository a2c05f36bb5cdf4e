using System.Globalization;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Files;

/// <summary>Reads a text file strictly: bytes that are not valid in the encoding are refused, never replaced.</summary>
internal static class InputFile
{
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <param name="encoding">A .NET encoding name. Where it is UTF-8, a byte order mark of UTF-16 or UTF-32 overrides it.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, is binary, or is in another encoding.</exception>
    public static string ReadText(string path, string shown, string encoding)
    {
        byte[] bytes = ReadBytes(path, shown);
        Encoding given = StrictEncoding(encoding);
        return Decode(bytes, shown, given.CodePage == Encoding.UTF8.CodePage ? Marked(bytes) ?? given : given);
    }

    /// <summary>The encoding (UTF-16 or UTF-32) of a byte order mark; null for UTF-8's or none.</summary>
    public static Encoding? Marked(ReadOnlySpan<byte> bytes)
    {
        foreach (string name in (string[])["utf-32", "utf-16", "utf-16BE"]) // the mark of UTF-32 begins with that of UTF-16
            if (StrictEncoding(name) is var encoding && bytes.StartsWith(encoding.GetPreamble())) return encoding;
        return null;
    }

    /// <summary>The encoding of that name, which throws for invalid bytes.</summary>
    public static Encoding StrictEncoding(string name)
    {
        try
        {
            Encoding? codePage = CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return codePage ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException problem)
        {
            string[] known = [.. Encoding.GetEncodings().Concat(CodePagesEncodingProvider.Instance.GetEncodings()).Select(encoding => encoding.Name)];
            string? nearest = Suggestion.Nearest(name, known);
            throw new InvalidInputException(
                $"there is no encoding \"{name}\"", nearest is null ? "Give a name such as utf-8 or windows-1252" : $"Did you mean \"{nearest}\"",
                cause: problem);
        }
    }

    /// <summary>The text without its byte order mark.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string shown, Encoding encoding)
    {
        bool hasZeros = encoding.GetByteCount("a") > 1;
        int zero = hasZeros ? -1 : bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture, $"this is a binary file: byte {zero} is zero"), "Give text files only", new SourceLocation(shown));
        }

        if (bytes.StartsWith(encoding.GetPreamble())) bytes = bytes[encoding.GetPreamble().Length..];
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw Undecodable(bytes, shown, encoding, problem);
        }
    }

    public static byte[] ReadBytes(string path, string shown)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var where = new SourceLocation(shown);
            if (Directory.Exists(path)) throw new InvalidInputException("this is a folder, where a file belongs", null, where, problem);
            if (File.Exists(path)) throw new InvalidInputException($"the file cannot be read: {problem.Message.TrimEnd('.')}", null, where, problem);
            throw NotThere(path, shown, problem);
        }
    }

    /// <summary>The error for a path that does not exist, with the most similar name that does.</summary>
    public static InvalidInputException NotThere(string path, string shown, Exception? cause = null)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        string[] names = Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!)] : [];
        string? nearest = Suggestion.Nearest(Path.GetFileName(path), names);
        return new InvalidInputException(
            "there is no such file", nearest is null ? $"Looked for {Path.GetFullPath(path)}" : $"Did you mean \"{nearest}\"", new SourceLocation(shown),
            cause);
    }

    /// <summary>
    /// The error that names the first invalid byte: the one after the longest prefix that decodes, since a decoder does not reliably report the place.
    /// </summary>
    private static InvalidInputException Undecodable(ReadOnlySpan<byte> bytes, string shown, Encoding encoding, DecoderFallbackException problem)
    {
        int good = 0;
        int bad = bytes.Length + 1;
        while (bad - good > 1)
        {
            int middle = good + ((bad - good) / 2);
            if (Beginning(bytes[..middle], encoding) is not null) good = middle;
            else bad = middle;
        }

        string before = Beginning(bytes[..good], encoding)!;
        int offset = encoding.GetByteCount(before);
        return new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"the byte 0x{bytes[offset]:X2} at offset {offset} is not {encoding.WebName}"),
            "Give the file's encoding with data.encoding, for instance windows-1252, or save the file as UTF-8",
            new SourceLocation(shown, before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n')),
            problem);
    }

    /// <summary>Decodes these bytes, which may end within a character; null if they are invalid.</summary>
    private static string? Beginning(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            Decoder decoder = encoding.GetDecoder();
            char[] characters = new char[encoding.GetMaxCharCount(bytes.Length)];
            return new string(characters, 0, decoder.GetChars(bytes, characters, flush: false));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
