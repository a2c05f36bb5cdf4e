using System.Text;

namespace RnnActors.Data.Examples;

/// <summary>The beginning of a file of examples, from which its kind is detected.</summary>
internal static class FilePeek
{
    private const int Bytes = 1 << 16;

    /// <summary>Its first complete lines as examples; invalid bytes are replaced.</summary>
    public static ExampleList Read(string path) => ExampleFile.Parse(Beginning(path), path, new ExampleFormat());

    /// <summary>
    /// Like <see cref="Read"/>. If nearly all lines have the same number of tabs, only those are returned, so that a single broken line does not change the
    /// detected kind. Reading the whole file then reports that line.
    /// </summary>
    public static ExampleList ReadTabs(string path)
    {
        string[] lines = [.. Beginning(path).Split('\n').Where(line => !string.IsNullOrWhiteSpace(line))];
        var alike = lines.GroupBy(line => line.Count(c => c == '\t')).MaxBy(group => group.Count());
        bool areTabs = alike is { Key: > 0 } && alike.Count() * 10 >= lines.Length * 9;
        return ExampleFile.Parse(string.Join('\n', areTabs ? alike! : lines.AsEnumerable()), path, new ExampleFormat());
    }

    /// <summary>Its first complete lines as text.</summary>
    public static string Beginning(string path)
    {
        byte[] bytes = new byte[Bytes];
        using FileStream file = File.OpenRead(path);
        int count = file.ReadAtLeast(bytes, Bytes, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(bytes, 0, count).TrimStart('\uFEFF');
        int end = text.LastIndexOf('\n');
        return count == Bytes && end > 0 ? text[..end] : text;
    }
}
