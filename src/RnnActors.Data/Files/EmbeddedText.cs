using System.Reflection;

namespace RnnActors.Data.Files;

/// <summary>Texts inside an assembly.</summary>
internal static class EmbeddedText
{
    /// <param name="name">The file's own name.</param>
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
