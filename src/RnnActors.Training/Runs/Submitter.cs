namespace RnnActors.Training.Runs;

/// <summary>Who submits a run, and how.</summary>
/// <param name="Owner">Null if unknown.</param>
/// <param name="Priority">Runs of a higher one train first.</param>
/// <param name="At">In milliseconds since 1970, UTC.</param>
public sealed record Submitter(string? Owner, int Priority, long At)
{
    public static readonly Submitter Unknown = new(null, 0, 0);
}

/// <summary>What a run has reached at its end.</summary>
/// <param name="LastStep">The step after which it would be complete.</param>
/// <param name="Parameters">The hash of the parameters; null where it is not known.</param>
/// <param name="Unaudited">How many steps should have been audited and were not.</param>
public sealed record Reached(long Step, long LastStep, string? Parameters, long Unaudited = 0);
