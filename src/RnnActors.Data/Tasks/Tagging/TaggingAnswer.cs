namespace RnnActors.Data.Tasks.Tagging;

/// <summary>The tags of a sentence.</summary>
/// <param name="Words">In their order.</param>
public sealed record TaggingAnswer(IReadOnlyList<TaggedWord> Words);

/// <param name="Probability">The tag's, 0 to 1.</param>
public readonly record struct TaggedWord(string Word, string Tag, double Probability);
