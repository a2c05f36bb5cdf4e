namespace RnnActors.Data.Tasks.Tagging;

/// <summary>Reads a sentence word by word, each with its characters, and answers with the probability of each tag.</summary>
/// <param name="cut">Splits a text into words.</param>
internal sealed class WordSteps(FittedTags fitted, Func<string, IReadOnlyList<string>> cut) : LabelSteps([], fitted.Tags.Entries)
{
    public override bool ReadsWords => true;

    public override IReadOnlyList<WordTokens> Words(string text) =>
        [.. cut(text).Select(word => new WordTokens(word, fitted.EncodeWords([word])[0], fitted.EncodeCharacters([word])))];
}
