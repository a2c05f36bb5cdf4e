namespace RnnActors.Core.Metrics;

/// <summary>
/// Word and character error rates of transcripts: the fewest edits that turn each reference into its hypothesis, summed over the corpus and divided by the
/// units of all references. Words are separated by white space; spaces count as characters. A rate may exceed 1. Where all
/// references are empty it is the number of edits.
/// </summary>
public sealed class ErrorRates
{
    public long WordEdits { get; private set; }

    /// <summary>Words in all references.</summary>
    public long Words { get; private set; }

    public long CharacterEdits { get; private set; }

    /// <summary>Characters in all references.</summary>
    public long Characters { get; private set; }

    public double WordErrorRate => Rate(WordEdits, Words);

    public double CharacterErrorRate => Rate(CharacterEdits, Characters);

    public void Add(string reference, string hypothesis)
    {
        string[] words = WordsOf(reference), characters = CharactersOf(reference);
        WordEdits += EditAlignment.Distance(words, WordsOf(hypothesis));
        CharacterEdits += EditAlignment.Distance(characters, CharactersOf(hypothesis));
        Words += words.Length;
        Characters += characters.Length;
    }

    public static string[] WordsOf(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    public static string[] CharactersOf(string text) => [.. text.EnumerateRunes().Select(rune => rune.ToString())];

    private static double Rate(long edits, long units) => units == 0 ? edits : (double)edits / units;
}
