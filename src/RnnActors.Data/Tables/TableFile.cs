using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Reads a table from a file of any kind that holds one.</summary>
public static class TableFile
{
    /// <param name="path">The file.</param>
    /// <param name="shown">The path to show in messages, where it is not <paramref name="path"/>.</param>
    /// <exception cref="InvalidInputException">The file is no table, or something in it is wrong.</exception>
    public static Table Read(string path, CsvFormat format, string? shown = null) => CsvTable.Parse(SourceText.Read(path, format.Encoding, shown), format);
}
