using System.Text;

namespace RnnActors.Runs.Folders;

/// <summary>
/// Splits a text file into rows for <see cref="DataFingerprints"/>: lines, or in a table records, whose quoted fields may contain delimiters and line ends.
/// </summary>
internal static class DataRows
{
    private const byte NewLine = (byte)'\n', Quote = (byte)'"', Tab = (byte)'\t';

    private static readonly byte[] Delimiters = [Tab, (byte)',', (byte)';'];

    /// <summary>The delimiter of a table; null where the first line has none.</summary>
    public static byte? DelimiterOf(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> first = text[..EndOf(text, null)];
        foreach (byte delimiter in Delimiters)
            if (first.Contains(delimiter)) return delimiter;
        return null;
    }

    /// <summary>Where the first row ends: at its line end, or at the end of the text.</summary>
    public static int EndOf(ReadOnlySpan<byte> text, byte? delimiter) => EndOf(text, delimiter, isWhole: true);

    /// <summary>The same for a text that may continue beyond the buffer; -1 where the rest is needed to tell.</summary>
    public static int EndOf(ReadOnlySpan<byte> text, byte? delimiter, bool isWhole)
    {
        if (delimiter is not { } mark) return text.IndexOf(NewLine) is var end and >= 0 ? end : isWhole ? text.Length : -1;
        for (int at = 0; ; at++)
        {
            ReadOnlySpan<byte> field = text[at..];
            if (!isWhole && mark != Tab && field.StartsWith(Quote) && AfterQuotes(field) is var closed && (closed == 0 || closed == field.Length)) return -1;
            at += EndOfField(field, mark);
            if (at == text.Length) return isWhole ? at : -1;
            if (text[at] == NewLine) return at;
        }
    }

    /// <summary>
    /// Where the first field ends: at a delimiter, a line end or the end of the text. A field that begins with a quote ends at its closing quote. A quote that
    /// is never closed is an ordinary character, as are all quotes in tab-separated text.
    /// </summary>
    public static int EndOfField(ReadOnlySpan<byte> text, byte delimiter)
    {
        int at = delimiter != Tab && text.StartsWith(Quote) ? AfterQuotes(text) : 0;
        int rest = text[at..].IndexOfAny(delimiter, NewLine);
        return rest < 0 ? text.Length : at + rest;
    }

    /// <summary>The line, from 1, at which a row, from 0, begins.</summary>
    public static int LineOf(ReadOnlySpan<byte> text, int row)
    {
        byte? delimiter = DelimiterOf(text);
        int at = 0;
        for (int i = 0; i < row && at < text.Length; i++) at = Math.Min(text.Length, at + EndOf(text[at..], delimiter) + 1);
        return text[..at].Count(NewLine) + 1;
    }

    /// <summary>The fields of the first row, without their quotes.</summary>
    public static IReadOnlyList<string> FirstOf(ReadOnlySpan<byte> text)
    {
        byte delimiter = DelimiterOf(text) ?? (byte)',';
        List<string> fields = [];
        for (int at = 0; ; at++)
        {
            int begin = at;
            at += EndOfField(text[at..], delimiter);
            fields.Add(Encoding.UTF8.GetString(text[begin..at]).Trim().Trim('"'));
            if (at == text.Length || text[at] == NewLine) return fields;
        }
    }

    /// <summary>The position after a field's closing quote; 0 where there is none. A doubled quote is one character of the field.</summary>
    private static int AfterQuotes(ReadOnlySpan<byte> text)
    {
        for (int at = 1; text[at..].IndexOf(Quote) is var found and >= 0; at++)
        {
            at += found + 1;
            if (at == text.Length || text[at] != Quote) return at;
        }

        return 0;
    }
}
