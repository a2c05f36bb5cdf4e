namespace RnnActors.Data.Tasks.Tagging;

/// <summary>The tags of a sentence.</summary>
/// <param name="Words">In order.</param>
public sealed record TaggingAnswer(IReadOnlyList<TaggedWord> Words);

/// <param name="Probability">The probability of the tag, 0 to 1.</param>
public readonly record struct TaggedWord(string Word, string Tag, double Probability);
