namespace RnnActors.Data.Findings;

/// <summary>How much a finding bears on what comes of a run.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing when figures are read.</summary>
    Note,

    /// <summary>Figures will mislead, or something is wasted.</summary>
    Warning,

    /// <summary>The network cannot learn what it should.</summary>
    Problem,
}

/// <summary>Something in data and model that is better known before training than after it.</summary>
/// <param name="Key">For machines: <c>target_in_inputs</c>.</param>
/// <param name="What">A sentence without its point.</param>
/// <param name="Remedy">What to do, a sentence without its point.</param>
public sealed record Finding(string Key, FindingSeverity Severity, string What, string Remedy)
{
    public string Text => $"{What}. {Remedy}";
}
