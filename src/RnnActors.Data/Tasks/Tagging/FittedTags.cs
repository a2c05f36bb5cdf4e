using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>Words, characters and tags, fitted on the training part.</summary>
internal sealed record FittedTags(Vocabulary Words, Vocabulary Characters, Vocabulary Tags, bool Lowercase)
{
    /// <summary>Ends the characters of each word.</summary>
    public const string BoundaryEntry = "<end>";

    private static readonly Vocabulary Nothing = Vocabulary.Of([Vocabulary.UnknownEntry]);

    public static Format<FittedTags> Format { get; } = new ObjectFormat<FittedTags>("what a tagger was fitted to", new(Nothing, Nothing, Nothing, false))
        .Required("words", "The words by their numbers.", Vocabulary.Format, t => t.Words, (t, v) => t with { Words = v })
        .Required("characters", "The characters by their numbers.", Vocabulary.Format, t => t.Characters, (t, v) => t with { Characters = v })
        .Required("tags", "The tags by their numbers.", Vocabulary.Format, t => t.Tags, (t, v) => t with { Tags = v })
        .Required("lowercase", "Whether words are known without their case.", new BooleanFormat(), t => t.Lowercase, (t, v) => t with { Lowercase = v });

    public static FittedTags Fit(TaggingDataSpec spec, IReadOnlyList<TaggedSentence> training)
    {
        string Known(string word) => spec.Lowercase ? word.ToLowerInvariant() : word;
        return new FittedTags(
            Vocabulary.Fit(training.SelectMany(sentence => sentence.Words).Select(Known), [Vocabulary.UnknownEntry], spec.MinCount),
            Vocabulary.Fit(training.SelectMany(sentence => sentence.Words).SelectMany(TextCutter.Characters.Cut), [BoundaryEntry, Vocabulary.UnknownEntry]),
            Vocabulary.Of([.. training.SelectMany(sentence => sentence.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]), spec.Lowercase);
    }

    /// <summary>Whether a word is in the vocabulary.</summary>
    public bool Knows(string word) => Words.Contains(Lowercase ? word.ToLowerInvariant() : word);

    public int[] EncodeWords(IReadOnlyList<string> words) => [.. words.Select(word => Words.NumberOf(Lowercase ? word.ToLowerInvariant() : word))];

    /// <summary>The characters of all words in order, with a boundary after each word.</summary>
    public int[] EncodeCharacters(IReadOnlyList<string> words) =>
        [.. words.SelectMany(word => TextCutter.Characters.Cut(word).Select(Characters.NumberOf).Append(Characters.NumberOf(BoundaryEntry)))];

    /// <exception cref="InvalidInputException">No training sentence has the tag.</exception>
    public int[] EncodeTags(TaggedSentence sentence)
    {
        int[] tags = new int[sentence.Tags.Count];
        for (int i = 0; i < tags.Length; i++)
        {
            tags[i] = Tags.NumberOf(sentence.Tags[i]);
            if (tags[i] >= 0) continue;
            throw new InvalidInputException(
                $"no training word has the tag \"{sentence.Tags[i]}\"", Suggestion.Nearest(sentence.Tags[i], Tags.Entries) is { } nearest
                    ? $"Did you mean {nearest}"
                    : $"Correct it, or train with words of it; the tags are {string.Join(", ", Tags.Entries.Take(20))}", sentence.PlaceOf(i));
        }

        return tags;
    }

    /// <summary>Encodes sentences for the network.</summary>
    /// <param name="tags">A tag for each word.</param>
    public RaggedDataset Encode(IReadOnlyList<IReadOnlyList<string>> sentences, IReadOnlyList<int[]> tags) => RaggedDataset.CreateTagged(
        [.. sentences.Select(EncodeWords)], Words.Count, [.. sentences.Select(EncodeCharacters)], Characters.Count, tags, Tags.Count);

    public IReadOnlyList<NamedSignal> Inputs => [new("words", Shape.Tokens(Words.Count)), new("characters", Shape.Tokens(Characters.Count))];
}
