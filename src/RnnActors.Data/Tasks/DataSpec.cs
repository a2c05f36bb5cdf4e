using System.Text.Json.Serialization;

namespace RnnActors.Data.Tasks;

/// <summary>The data section of a specification. Its type determines the kind of task.</summary>
public abstract record DataSpec
{
    /// <summary>The file or folder as the specification names it; null for generated data.</summary>
    [JsonIgnore]
    public abstract string? File { get; }

    /// <summary>Whether part of the data is held out to measure the validation loss.</summary>
    [JsonIgnore]
    public abstract bool HasValidation { get; }

    /// <summary>A copy with each path mapped, as from relative to full paths.</summary>
    public abstract DataSpec WithPaths(Func<string, string> map);

    /// <summary>A copy with information that was read from the file and is not part of a specification.</summary>
    /// <param name="looked">The specification that was completed from the file.</param>
    internal virtual DataSpec AfterLookOf(DataSpec looked) => this;

    /// <summary>The full path of a file that a specification names.</summary>
    /// <param name="baseDirectory">The folder to which relative paths refer; empty for the working directory.</param>
    internal static string FullPath(string path, string baseDirectory) =>
        Path.GetFullPath(path, Path.GetFullPath(baseDirectory.Length == 0 ? "." : baseDirectory));
}
