using System.Text.RegularExpressions;

namespace RnnActors.Core.Metrics;

/// <summary>
/// The 13a tokenizer of mteval-v13a and sacreBLEU. It separates punctuation from words. A full stop or a comma between digits stays, and so does a hyphen
/// that does not follow a digit.
/// </summary>
public static partial class BleuTokenizer
{
    public static string[] Tokenize(string text)
    {
        string line = text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        if (line.Contains('&', StringComparison.Ordinal))
        {
            line = line.Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
                .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        }

        line = Signs().Replace($" {line} ", " $1 ");
        line = AfterWord().Replace(line, "$1 $2 ");
        line = BeforeWord().Replace(line, " $1 $2");
        line = AfterDigit().Replace(line, "$1 $2 ");
        return line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])")]
    private static partial Regex Signs();

    [GeneratedRegex(@"([^0-9])([\.,])")]
    private static partial Regex AfterWord();

    [GeneratedRegex(@"([\.,])([^0-9])")]
    private static partial Regex BeforeWord();

    [GeneratedRegex(@"([0-9])(-)")]
    private static partial Regex AfterDigit();
}
