namespace RnnActors.Data.Tasks;

/// <summary>How well a data file suits a kind of task; the best match decides.</summary>
public enum FileMatch
{
    None,

    /// <summary>It can be read, as any file can.</summary>
    Possible,

    /// <summary>What is in it looks like this kind, and a file of another kind seldom does.</summary>
    Likely,

    /// <summary>Its name, or what the user said of it, leaves no doubt.</summary>
    Certain,
}
