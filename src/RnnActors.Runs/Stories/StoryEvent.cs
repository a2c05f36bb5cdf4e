namespace RnnActors.Runs.Stories;

/// <summary>Something that happened to a run.</summary>
/// <param name="Kind">Machine-readable kind, as in JSON lines: <c>workers_lost</c>.</param>
/// <param name="Step">Updates done before it.</param>
/// <param name="When">The time by the clock of the recording process.</param>
/// <param name="Text">A sentence.</param>
/// <param name="IsWarning">Whether something went wrong, even if nothing was lost by it.</param>
public sealed record StoryEvent(string Kind, long Step, DateTimeOffset When, string Text, bool IsWarning);

/// <summary>A machine that takes part.</summary>
/// <param name="Name">A node's address; <see cref="Here"/> for the process that shows the run.</param>
/// <param name="FromStep">Updates done when it joined.</param>
/// <param name="State">One of <see cref="TakesPart"/>, <see cref="Left"/> and <see cref="Lost"/>.</param>
/// <param name="UntilStep">Updates done when it left; null while it takes part.</param>
public sealed record StoryMachine(string Name, int Workers, long FromStep, string State, long? UntilStep = null)
{
    public const string Here = "this machine", TakesPart = "takes part", Left = "left", Lost = "lost";

    /// <summary>Processors, vector width, operating system; null where they are not known.</summary>
    public string? Description { get; init; }

    /// <summary>How often it was lost and joined again.</summary>
    public int Losses { get; init; }

    /// <summary>Number of its shards that were reassigned to others.</summary>
    public long ShardsMoved { get; init; }
}
