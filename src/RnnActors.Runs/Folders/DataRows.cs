using System.Text;

namespace RnnActors.Runs.Folders;

/// <summary>
/// The rows of a text file, as <see cref="DataPrints"/> tell them apart: lines, or in a table records, whose quoted fields may have delimiters and line ends.
/// </summary>
internal static class DataRows
{
    private const byte NewLine = (byte)'\n', Quote = (byte)'"', Tab = (byte)'\t';

    private static readonly byte[] Delimiters = [Tab, (byte)',', (byte)';'];

    /// <summary>What parts the fields of a table; null where the first line has none of it.</summary>
    public static byte? DelimiterOf(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> first = text[..EndOf(text, null)];
        foreach (byte delimiter in Delimiters)
            if (first.Contains(delimiter)) return delimiter;
        return null;
    }

    /// <summary>Where the first row ends: before its line end, or where the text does.</summary>
    public static int EndOf(ReadOnlySpan<byte> text, byte? delimiter) => EndOf(text, delimiter, isWhole: true);

    /// <summary>The same where the text may go on behind what is here; -1 where that must be known.</summary>
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
    /// Where the first field ends: before a delimiter or a line end, or where the text does. One that begins with a quote goes on to its closing one; a quote
    /// that is never closed is a character like others, and so are all of them between tabs.
    /// </summary>
    public static int EndOfField(ReadOnlySpan<byte> text, byte delimiter)
    {
        int at = delimiter != Tab && text.StartsWith(Quote) ? AfterQuotes(text) : 0;
        int rest = text[at..].IndexOfAny(delimiter, NewLine);
        return rest < 0 ? text.Length : at + rest;
    }

    /// <summary>The line, from 1, in which a row, from 0, begins.</summary>
    public static int LineOf(ReadOnlySpan<byte> text, int row)
    {
        byte? delimiter = DelimiterOf(text);
        int at = 0;
        for (int i = 0; i < row && at < text.Length; i++) at = Math.Min(text.Length, at + EndOf(text[at..], delimiter) + 1);
        return text[..at].Count(NewLine) + 1;
    }

    /// <summary>The fields of the first row, without quotes around them.</summary>
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

    /// <summary>The place behind a field's closing quote; 0 where there is none. Two quotes are one of the field's characters.</summary>
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
