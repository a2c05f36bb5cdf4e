using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Data.Examples;

/// <summary>
/// Reads a folder in which names are labels: a folder of texts for each class. If it has only files, each file is a class with a text on each line. Such files
/// are named after their class (<c>pos.txt</c>), or differ only in their extension (<c>reviews.pos</c>).
/// </summary>
public static class ExampleFolder
{
    public const string TextField = "text", LabelField = "label", FileField = "file";

    private static readonly string[] Names = [TextField, LabelField, FileField];

    private static readonly string[] AboutExtensions = [".md", ".pdf", ".html", ".json", ".jsonc"];

    /// <summary>The classes of a folder with their paths; empty if it is not such a folder.</summary>
    public static IReadOnlyList<(string Label, string Path)> Classes(string folder)
    {
        var folders = Directory.EnumerateDirectories(folder).Where(IsVisible).Order(StringComparer.Ordinal).ToArray();
        if (folders.Length > 1) return [.. folders.Select(path => (Path.GetFileName(path), path))];
        string[] files = [.. Directory.EnumerateFiles(folder).Where(path => IsVisible(path) && !IsAbout(path)).Order(StringComparer.Ordinal)];
        if (files.Length < 2 || folders.Length > 0) return [];
        bool haveOneStem = files.Select(Path.GetFileNameWithoutExtension).Distinct(StringComparer.Ordinal).Count() == 1;
        bool haveOneExtension = files.Select(Path.GetExtension).Distinct(StringComparer.OrdinalIgnoreCase).Count() == 1;
        if (haveOneStem) return [.. files.Select(path => (Path.GetExtension(path).TrimStart('.'), path))];
        return haveOneExtension && Path.GetExtension(files[0]).Equals(".txt", StringComparison.OrdinalIgnoreCase)
            ? [.. files.Select(path => (Path.GetFileNameWithoutExtension(path), path))]
            : [];
    }

    /// <summary>Reads all examples; each file in a class's folder is one.</summary>
    /// <exception cref="InvalidInputException">The folder has no classes, or a file in it cannot be read.</exception>
    public static ExampleList Read(string folder, string shown, ExampleFormat format)
    {
        var classes = Classes(folder);
        if (classes.Count == 0)
        {
            throw new InvalidInputException(
                "this folder does not tell which file is of which class", "Give a folder for each class, or a file for each class such as pos.txt and neg.txt",
                new SourceLocation(shown));
        }

        List<Example> rows = [];
        List<string> notes = [];
        foreach ((string label, string path) in classes)
        {
            string name = $"{shown.TrimEnd('/', '\\')}/{Path.GetFileName(path)}";
            if (Directory.Exists(path)) ReadFiles(label, path, name, format, rows, notes);
            else ReadLines(label, path, name, format, rows, notes);
        }

        return new(Names, rows, notes);
    }

    private static void ReadLines(string label, string path, string shown, ExampleFormat format, List<Example> rows, List<string> notes)
    {
        ExampleList lines = ExampleFile.ReadTexts(path, shown, format);
        notes.AddRange(lines.Notes);
        string file = Path.GetFileName(path);
        rows.AddRange(lines.Rows.Select(row => new Example(Names, [row.Values[0], label, file], row.Where)));
    }

    private static void ReadFiles(string label, string folder, string shown, ExampleFormat format, List<Example> rows, List<string> notes)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsVisible).Order(StringComparer.Ordinal))
        {
            string relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
            var text = GuessedText.Read(path, $"{shown}/{relative}", format.Encoding);
            if (text.Note is { } note && notes.Count == 0) notes.Add(note);
            rows.Add(new Example(Names, [text.Text, label, $"{label}/{relative}"], new SourceLocation($"{shown}/{relative}", 1)));
        }
    }

    private static bool IsVisible(string path) => !Path.GetFileName(path).StartsWith('.');

    private static bool IsAbout(string path) =>
        AboutExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            || Path.GetFileName(path).StartsWith("readme", StringComparison.OrdinalIgnoreCase);
}
