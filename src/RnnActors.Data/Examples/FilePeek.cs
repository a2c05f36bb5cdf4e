using System.Text;

namespace RnnActors.Data.Examples;

/// <summary>The beginning of a file of examples, to see what it is.</summary>
internal static class FilePeek
{
    private const int Bytes = 1 << 16;

    /// <summary>Its first whole lines, leniently decoded.</summary>
    public static ExampleList Read(string path) => ExampleFile.Parse(Beginning(path), path, new ExampleFormat());

    /// <summary>
    /// The same of lines between tabs, where nearly all have as many: those that have, so that a line without its tab does not change what a file is. Whoever
    /// reads the file names the line.
    /// </summary>
    public static ExampleList ReadTabs(string path)
    {
        string[] lines = [.. Beginning(path).Split('\n').Where(line => !string.IsNullOrWhiteSpace(line))];
        var alike = lines.GroupBy(line => line.Count(c => c == '\t')).MaxBy(group => group.Count());
        bool areTabs = alike is { Key: > 0 } && alike.Count() * 10 >= lines.Length * 9;
        return ExampleFile.Parse(string.Join('\n', areTabs ? alike! : lines.AsEnumerable()), path, new ExampleFormat());
    }

    /// <summary>Its first whole lines as they are.</summary>
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
