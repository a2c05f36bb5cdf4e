using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;

namespace RnnActors.Runs.Trained;

/// <summary>A run's data that lie elsewhere than where it began.</summary>
internal static class MovedData
{
    /// <summary>The specification with the data's present place.</summary>
    /// <param name="data">
    /// A file takes the place of the run's first one. A folder takes that of the run's folder, or holds each of its files by their names.
    /// </param>
    /// <exception cref="InvalidInputException">There is no such file, or the run has no data of its own.</exception>
    public static RunSpecification In(RunSpecification began, string data)
    {
        string full = Path.GetFullPath(data);
        if (began.DataPath is not { } first)
            throw new InvalidInputException("this run was trained on the built-in series, which no file has", "Leave the file out", new SourceLocation(data));
        if (!File.Exists(full) && !Directory.Exists(full)) throw MissingPath.Refuse(data, "there is no such file");
        bool holdsFiles = Directory.Exists(full) && !Directory.Exists(first) && Path.HasExtension(first);
        var placed = began.WithFullPaths();
        return placed with { Data = placed.Data.WithPaths(path => holdsFiles ? Named(path) : path == first ? full : path) };

        string Named(string path)
        {
            string here = Path.Combine(full, Path.GetFileName(path));
            return File.Exists(here) || Directory.Exists(here) ? here
                : throw MissingPath.Refuse(Path.Combine(data, Path.GetFileName(path)), "the run has a file of this name, which is not here");
        }
    }
}
