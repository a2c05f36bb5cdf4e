namespace RnnActors.Data.Findings;

/// <summary>How much a finding affects the result of a run.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing when reading the results.</summary>
    Note,

    /// <summary>Results will mislead, or something is wasted.</summary>
    Warning,

    /// <summary>The network cannot learn what it should.</summary>
    Problem,
}

/// <summary>A problem of the data and the model that should be known before training.</summary>
/// <param name="Key">For programs: <c>target_in_inputs</c>.</param>
/// <param name="What">A sentence without its full stop.</param>
/// <param name="Remedy">What to do, a sentence without its full stop.</param>
public sealed record Finding(string Key, FindingSeverity Severity, string What, string Remedy)
{
    public string Text => $"{What}. {Remedy}";
}
