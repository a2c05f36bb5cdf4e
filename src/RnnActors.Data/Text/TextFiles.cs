using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Data.Text;

/// <summary>Reads the text of a file, or of all files of a folder.</summary>
public static class TextFiles
{
    /// <summary>
    /// The text of a file. For a folder, the texts of all files in it and its subfolders, in ordinal order of their relative paths with slashes. Files and
    /// folders whose names begin with a dot are skipped.
    /// </summary>
    /// <param name="shown">The path as the user wrote it.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, is binary or is in another encoding; or there is no text at all.</exception>
    public static string Read(string path, string shown, string encoding)
    {
        string text = Directory.Exists(path) ? ReadFolder(path, shown, encoding) : InputFile.ReadText(path, shown, encoding);
        return text.Length > 0 ? text : throw new InvalidInputException("there is no text in it", "Give a file with text", new SourceLocation(shown));
    }

    private static string ReadFolder(string folder, string shown, string encoding)
    {
        string[] files;
        try
        {
            files =
            [
                .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
                    .Where(file => !file.Split('/').Any(part => part.StartsWith('.')))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the folder cannot be read: {problem.Message.TrimEnd('.')}", null, new SourceLocation(shown), problem);
        }

        if (files.Length == 0) throw new InvalidInputException("there is no file in this folder", "Give a folder with text files", new SourceLocation(shown));
        return string.Concat(files.Select(file => InputFile.ReadText(Path.Combine(folder, file), $"{shown.TrimEnd('/', '\\')}/{file}", encoding)));
    }
}
