using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Data.Text;

/// <summary>
/// Pretrained word vectors for the words of a vocabulary. In the text format of GloVe and word2vec, each line has a word and its values; a first line may have
/// both counts.
/// </summary>
/// <param name="Values">(words of the vocabulary, dimensions); null for a word without a vector.</param>
/// <param name="Dimensions">The length of each vector.</param>
public sealed record WordVectors(IReadOnlyList<float[]?> Values, int Dimensions)
{
    /// <summary>The number of words in the vocabulary that have a vector.</summary>
    public int Found => Values.Count(vector => vector is not null);

    /// <summary>Reads a file. A word that the file does not have takes the vector of its lower-case form.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <param name="words">The vocabulary, with words as the file writes them.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, a line differs in length from the first one, or no word is in it.</exception>
    public static WordVectors Read(string path, string shown, IReadOnlyList<string> words)
    {
        HashSet<string> wanted = new(words.SelectMany(word => (string[])[word, word.ToLowerInvariant()]), StringComparer.Ordinal);
        Dictionary<string, float[]> found = new(StringComparer.Ordinal);
        int dimensions = 0, number = 0;
        foreach (string line in Lines(path, shown))
        {
            number++;
            string[] fields = line.TrimEnd().Split(' ');
            if (number == 1 && fields.Length == 2 && fields.All(field => int.TryParse(field, out _))) continue; // word2vec's header
            if (fields.Length < 3) throw new InvalidInputException("this line is not a word with its values", "Give GloVe's or word2vec's text format",
                new SourceLocation(shown, number));
            if (dimensions == 0) dimensions = fields.Length - 1;
            if (fields.Length - 1 != dimensions)
                throw new InvalidInputException($"this line has {fields.Length - 1} values, but the first one has {dimensions}", "Correct it, or leave it out",
                    new SourceLocation(shown, number));
            if (!wanted.Contains(fields[0])) continue;
            float[] vector = new float[dimensions];
            for (int i = 0; i < dimensions; i++)
            {
                if (!float.TryParse(fields[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out vector[i]) || !float.IsFinite(vector[i]))
                    throw new InvalidInputException($"\"{fields[i + 1]}\" is no number", "Correct it, or leave the line out",
                        new SourceLocation(shown, number));
            }

            found.TryAdd(fields[0], vector);
        }

        var vectors = new WordVectors([.. words.Select(word => found.GetValueOrDefault(word) ?? found.GetValueOrDefault(word.ToLowerInvariant()))], dimensions);
        return vectors.Found > 0
            ? vectors
            : throw new InvalidInputException("none of the training words has a vector in it", "Give vectors of the same language", new SourceLocation(shown));
    }

    private static IEnumerable<string> Lines(string path, string shown)
    {
        if (!File.Exists(path)) throw InputFile.NotThere(path, shown);
        using var reader = new StreamReader(path);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }
}
