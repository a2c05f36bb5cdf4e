using System.Text;

namespace RnnActors.Cli.Display;

/// <summary>Wraps a terminal's text between words, and indents continued lines. Indented lines, such as commands to copy, stay as they are.</summary>
/// <param name="width">The current width of the terminal, in characters.</param>
internal sealed class WrappedWriter(TextWriter inner, Func<int> width) : TextWriter
{
    private const int Narrow = 40;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value)
    {
        if (value is null || value.StartsWith(' '))
        {
            inner.WriteLine(value);
            return;
        }

        foreach (string line in value.Split('\n').SelectMany(line => Wrap(line, width(), indent: 2))) inner.WriteLine(line);
    }

    public override void Flush() => inner.Flush();

    /// <summary>Wraps a line. A word that is too long stays whole.</summary>
    /// <param name="indent">The indentation of further lines.</param>
    public static IEnumerable<string> Wrap(string text, int width, int indent)
    {
        string rest = text.TrimEnd('\r');
        while (width >= Narrow && rest.Length > width)
        {
            int from = rest.Length - rest.TrimStart().Length, cut = rest.LastIndexOf(' ', width, width - from);
            if (cut <= from) cut = rest.IndexOf(' ', width);
            if (cut < 0) break;
            yield return rest[..cut].TrimEnd();
            rest = new string(' ', indent) + rest[(cut + 1)..].TrimStart();
        }

        yield return rest;
    }
}
