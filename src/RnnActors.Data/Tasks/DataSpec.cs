using System.Text.Json.Serialization;

namespace RnnActors.Data.Tasks;

/// <summary>What a specification says about its data. Its type decides the kind of task.</summary>
public abstract record DataSpec
{
    /// <summary>The file or folder as the specification names it; null where the data are generated.</summary>
    [JsonIgnore]
    public abstract string? File { get; }

    /// <summary>Whether a part of the data is held back to follow the validation loss on.</summary>
    [JsonIgnore]
    public abstract bool HasValidation { get; }

    /// <summary>The same with each of its paths mapped, as from relative ones to full ones.</summary>
    public abstract DataSpec WithPaths(Func<string, string> map);

    /// <summary>The same, with what a look at the file has read and a specification does not say.</summary>
    /// <param name="looked">That of which this one was made.</param>
    internal virtual DataSpec AfterLookOf(DataSpec looked) => this;

    /// <summary>The whole path of a file that a specification names.</summary>
    /// <param name="baseDirectory">Where relative paths start; empty for the working directory.</param>
    internal static string FullPath(string path, string baseDirectory) =>
        Path.GetFullPath(path, Path.GetFullPath(baseDirectory.Length == 0 ? "." : baseDirectory));
}
