namespace RnnActors.Data.Tasks;

/// <summary>How well a data file suits a kind of task; the best match is used.</summary>
public enum FileMatch
{
    None,

    /// <summary>It can be read, like any file.</summary>
    Possible,

    /// <summary>Its content looks like this kind, and files of other kinds rarely do.</summary>
    Likely,

    /// <summary>Its name, or what the user said, leaves no doubt.</summary>
    Certain,
}
