namespace RnnActors.Runs.Stories;

/// <summary>Something that happened to a run.</summary>
/// <param name="Kind">For machines, as in JSON lines: <c>workers_lost</c>.</param>
/// <param name="Step">Updates made before it.</param>
/// <param name="When">By the clock of the process that tells it.</param>
/// <param name="Text">A sentence.</param>
/// <param name="IsWarning">Whether something went wrong, even if nothing was lost by it.</param>
public sealed record StoryEvent(string Kind, long Step, DateTimeOffset When, string Text, bool IsWarning);

/// <summary>A machine that takes part.</summary>
/// <param name="Name">A node's address; <see cref="Here"/> for the process that shows the run.</param>
/// <param name="FromStep">Updates made when it came.</param>
/// <param name="State">One of <see cref="TakesPart"/>, <see cref="Left"/> and <see cref="Lost"/>.</param>
/// <param name="UntilStep">Updates made when it went; null while it takes part.</param>
public sealed record StoryMachine(string Name, int Workers, long FromStep, string State, long? UntilStep = null)
{
    public const string Here = "this machine", TakesPart = "takes part", Left = "left", Lost = "lost";

    /// <summary>Processors, vectors, system; null where nothing is known of it.</summary>
    public string? Description { get; init; }

    /// <summary>How often it was lost and came again.</summary>
    public int Losses { get; init; }

    /// <summary>Shards of it that were given to others.</summary>
    public long ShardsMoved { get; init; }
}
