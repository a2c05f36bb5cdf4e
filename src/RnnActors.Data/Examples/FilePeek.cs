using System.Text;

namespace RnnActors.Data.Examples;

/// <summary>The beginning of a file of examples, to see what it is.</summary>
internal static class FilePeek
{
    private const int Bytes = 1 << 16;

    /// <summary>Its first whole lines, leniently decoded.</summary>
    public static ExampleList Read(string path)
    {
        byte[] bytes = new byte[Bytes];
        using FileStream file = File.OpenRead(path);
        int count = file.ReadAtLeast(bytes, Bytes, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(bytes, 0, count).TrimStart('\uFEFF');
        int end = text.LastIndexOf('\n');
        return ExampleFile.Parse(count == Bytes && end > 0 ? text[..end] : text, path, new ExampleFormat());
    }
}
