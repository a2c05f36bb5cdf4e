using System.Text;

namespace RnnActors.Cli.Display;

/// <summary>
/// A terminal's text in lines that end between words; what goes on in the next line is indented. Lines that are indented by themselves, such as commands to
/// copy, stay as they are.
/// </summary>
/// <param name="width">Of the terminal at the moment, in characters.</param>
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

    /// <summary>A line as lines. A word that is longer than one stands alone, whole.</summary>
    /// <param name="indent">Of those behind the first.</param>
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
