using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;

namespace RnnActors.Runs.Trained;

/// <summary>Replaces the data of a specification: data that was moved, or other data to continue with.</summary>
internal static class DataPlace
{
    /// <summary>The specification with its data at another place.</summary>
    /// <param name="data">A file, which replaces the first one. Or a folder: it replaces the run's data folder, or has each of the run's files by name.</param>
    /// <exception cref="InvalidInputException">There is no such file, or the run was trained on the built-in series.</exception>
    public static RunSpecification Set(RunSpecification began, string data)
    {
        string full = Path.GetFullPath(data);
        if (!File.Exists(full) && !Directory.Exists(full)) throw MissingPath.Refuse(data, "there is no such file");
        if (began.DataPath is not { } first)
            throw new InvalidInputException(
                "this run was trained on the built-in series, which is in no file", "Leave the file out, or train a new run on it", new SourceLocation(data));
        bool holdsFiles = Directory.Exists(full) && !Directory.Exists(first) && Path.HasExtension(first);
        return began with { Data = began.Data.WithPaths(path => holdsFiles ? Named(path) : path == began.Data.File ? full : path) };

        string Named(string path)
        {
            string name = Path.GetFileName(path), here = Path.Combine(full, name);
            return File.Exists(here) || Directory.Exists(here) ? here
                : throw MissingPath.Refuse(Path.Combine(data, name), "the run has a file of this name, which is not here");
        }
    }
}
