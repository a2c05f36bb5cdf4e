using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>
/// Joins recordings, with silences between them: spoken digits become numbers. Each part joins only its own recordings, so that no test string contains a
/// training recording.
/// </summary>
public sealed record JoinSpec
{
    /// <summary>The minimum number of recordings in a string.</summary>
    public int Min { get; init; } = 3;

    /// <summary>The maximum number of recordings in a string.</summary>
    public int Max { get; init; } = 6;

    /// <summary>How many strings are made for each recording of a part.</summary>
    public double Strings { get; init; } = 1;

    /// <summary>The minimum silence between two recordings, in milliseconds.</summary>
    public double MinSilence { get; init; } = 50;

    /// <summary>The maximum silence between two recordings, in milliseconds.</summary>
    public double MaxSilence { get; init; } = 300;

    /// <summary>A field whose value is the same for all recordings of a string, such as the speaker; null for none.</summary>
    public string? By { get; init; }

    public ulong Seed { get; init; } = 1;

    public static ObjectFormat<JoinSpec> Format { get; } = new ObjectFormat<JoinSpec>("an object that says how recordings are joined", new())
        .Key("least", "The fewest recordings joined to a string.", Numbers.Whole(1, 1000), j => j.Min, (j, v) => j with { Min = v })
        .Key("most", "The most recordings joined to a string.", Numbers.Whole(1, 1000), j => j.Max, (j, v) => j with { Max = v })
        .Key("strings", "Strings for each recording of a part.", Numbers.Positive(), j => j.Strings, (j, v) => j with { Strings = v })
        .Key("leastSilence", "The shortest silence between two recordings, in milliseconds.", Numbers.AtLeastZero(), j => j.MinSilence,
            (j, v) => j with { MinSilence = v })
        .Key("mostSilence", "The longest silence, in milliseconds.", Numbers.AtLeastZero(), j => j.MaxSilence, (j, v) => j with { MaxSilence = v })
        .Key("by", "The field whose value all recordings of a string share, such as the speaker.", new TextFormat { NotEmpty = true }.OrNothing(), j => j.By,
            (j, v) => j with { By = v })
        .Key("seed", "The seed that chooses what is joined.", Numbers.Unsigned(), j => j.Seed, (j, v) => j with { Seed = v })
        .Check((join, node) =>
        {
            if (join.Max < join.Min || join.MaxSilence < join.MinSilence)
                throw new InvalidInputException($"{node.Path} ends before it begins", "Make most at least as large as least", node.Where);
        });
}
