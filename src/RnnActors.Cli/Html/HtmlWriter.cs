using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RnnActors.Cli.Html;

/// <summary>
/// Writes HTML with embedded SVG. All texts and attributes are escaped here, so no user data become markup. Elements are closed by disposing of what
/// <see cref="Open"/> returns.
/// </summary>
internal sealed partial class HtmlWriter
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    /// <param name="attributes">Null values are omitted.</param>
    public Element Open(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        _text.Append('>');
        return new Element(this, name);
    }

    /// <summary>Writes an element that contains a text.</summary>
    public void Leaf(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (Open(name, attributes)) Text(text);
    }

    /// <summary>Writes an element that contains a sentence, with its numbers and percent signs kept on one line.</summary>
    public void Prose(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Leaf(name, text.Replace(" %", "\u00A0%", StringComparison.Ordinal), attributes);

    /// <summary>Writes a command, without line breaks after hyphens of options.</summary>
    public void Command(string text)
    {
        int at = 0;
        foreach (ValueMatch option in Option().EnumerateMatches(text))
        {
            Text(text[at..option.Index]);
            at = option.Index + option.Length;
            Leaf("span", text[option.Index..at], ("class", "whole"));
        }

        Text(text[at..]);
    }

    /// <summary>Writes an element without content; in HTML only for void elements.</summary>
    public void Empty(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(name, attributes);
        _text.Append("/>");
    }

    public void Text(string text) => Escape(text);

    /// <summary>Writes the program's own markup, such as style sheets, never user data.</summary>
    public void Trusted(string markup) => _text.Append(markup);

    public override string ToString() => _text.ToString();

    /// <summary>A coordinate, with the precision that a picture needs.</summary>
    public static string Number(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    private void Start(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string? value) in attributes)
        {
            if (value is null) continue;
            _text.Append(' ').Append(attribute).Append("=\"");
            Escape(value);
            _text.Append('"');
        }
    }

    private void Escape(string text)
    {
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => _text.Append("&amp;"),
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '"' => _text.Append("&quot;"),
                '\'' => _text.Append("&#39;"),
                '\n' or '\t' => _text.Append(c),
                _ when char.IsControl(c) || c >= '\uFFFE' => _text.Append('\uFFFD'), // not allowed in documents
                _ => _text.Append(c),
            };
        }
    }

    [GeneratedRegex(@"(?<=\s)--[\w-]+")]
    private static partial Regex Option();

    /// <summary>An open element.</summary>
    public readonly struct Element(HtmlWriter writer, string name) : IDisposable
    {
        public void Dispose() => writer._text.Append("</").Append(name).Append('>');
    }
}
