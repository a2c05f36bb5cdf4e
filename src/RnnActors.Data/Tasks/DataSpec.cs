using System.Text.Json.Serialization;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks;

/// <summary>What a specification says about its data. Its type decides the kind of task.</summary>
public abstract record DataSpec
{
    /// <summary>The file or folder as the specification names it; null where the data are generated.</summary>
    [JsonIgnore]
    public abstract string? File { get; }

    /// <summary>How the data are divided.</summary>
    public abstract SplitSpec Split { get; init; }

    /// <summary>The same of another file.</summary>
    public abstract DataSpec WithFile(string? path);
}
