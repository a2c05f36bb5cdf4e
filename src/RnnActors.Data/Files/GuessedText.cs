using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Files;

/// <summary>A text whose encoding may have been detected.</summary>
/// <param name="Note">What was detected, as a sentence; null for nothing.</param>
public sealed record GuessedText(string Text, string? Note)
{
    private const string Fallback = "windows-1252";

    /// <summary>Reads a file in the given encoding. Without one, it is read as UTF-8, or as windows-1252 with a note if it is not valid UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <param name="encoding">A .NET encoding name; null where it is open.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, is binary or in another encoding.</exception>
    public static GuessedText Read(string path, string shown, string? encoding)
    {
        if (encoding is not null) return new(InputFile.ReadText(path, shown, encoding), null);
        byte[] bytes = InputFile.ReadBytes(path, shown);
        if (InputFile.Marked(bytes) is { } marked) return new(InputFile.Decode(bytes, shown, marked), null);
        try
        {
            return new(InputFile.Decode(bytes, shown, InputFile.StrictEncoding("utf-8")), null);
        }
        catch (InvalidInputException problem) when (problem.InnerException is DecoderFallbackException)
        {
            return new(
                InputFile.Decode(bytes, shown, InputFile.StrictEncoding(Fallback)),
                $"{shown} is not UTF-8 ({problem.Where}); it is read as {Fallback}. Another encoding can be set with --set data.encoding=NAME");
        }
    }
}
