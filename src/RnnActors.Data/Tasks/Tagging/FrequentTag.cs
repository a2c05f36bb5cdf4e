namespace RnnActors.Data.Tasks.Tagging;

/// <summary>
/// A tagger's baseline: each word's most frequent tag in the training part; for unknown words, the most frequent tag of all. Of several, the first in order.
/// </summary>
internal sealed class FrequentTag
{
    private readonly Dictionary<string, int> _tagOf;
    private readonly int _fallback;

    public FrequentTag(FittedTags fitted, IReadOnlyList<TaggedSentence> training)
    {
        (string Word, int Tag)[] words = [.. training.SelectMany(sentence => sentence.Words.Zip(fitted.EncodeTags(sentence)))];
        _tagOf = words.GroupBy(word => word.Word, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => MostFrequent(group.Select(word => word.Tag)), StringComparer.Ordinal);
        _fallback = MostFrequent(words.Select(word => word.Tag));
    }

    public int[] Predict(TaggedSentence sentence) => [.. sentence.Words.Select(word => _tagOf.GetValueOrDefault(word, _fallback))];

    private static int MostFrequent(IEnumerable<int> tags) =>
        tags.GroupBy(tag => tag).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
}
