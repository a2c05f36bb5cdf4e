using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;
using RnnActors.Data.Files;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>A sentence with a tag for each word.</summary>
/// <param name="Words">In order.</param>
/// <param name="Tags">One for each word.</param>
internal sealed record TaggedSentence(IReadOnlyList<string> Words, IReadOnlyList<string> Tags, SourceLocation Where) : Example(Fields, ["", ""], Where)
{
    private static readonly string[] Fields = ["words", "tags"];

    /// <summary>The line of a word.</summary>
    public SourceLocation PlaceOf(int word) => Where with { Line = Lines[word] };

    public required IReadOnlyList<int> Lines { get; init; }
}

/// <summary>Reads sentences with one word a line: CoNLL-U, or columns separated by tabs or spaces. A blank line ends a sentence.</summary>
internal static class ConllFile
{
    private const string UniversalTag = "upos", Unspecified = "_";

    /// <summary>The columns of CoNLL-U, from the first: universaldependencies.org/format.html.</summary>
    private static readonly string[] Columns = ["id", "form", "lemma", UniversalTag, "xpos", "feats", "head", "deprel", "deps", "misc"];

    /// <summary>
    /// Whether the beginning of a file looks like words in columns: equally many in each line, blank lines between sentences, and a last column whose entries
    /// recur, as tags do.
    /// </summary>
    public static bool LooksLikeColumns(string text)
    {
        const int MinWords = 20, MinUsesOfATag = 4;
        int words = 0, blanks = 0, columns = 0;
        HashSet<string> tags = new(StringComparer.Ordinal);
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.TrimEnd();
            if (line.StartsWith("-DOCSTART-", StringComparison.Ordinal)) continue;
            if (line.Length == 0)
            {
                blanks += words > 0 ? 1 : 0;
                continue;
            }

            string[] fields = line.Split(line.Contains('\t', StringComparison.Ordinal) ? '\t' : ' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns == 0) columns = fields.Length;
            if (fields.Length < 2 || fields.Length != columns) return false;
            words++;
            tags.Add(fields[^1]);
        }

        return words >= MinWords && blanks > 1 && tags.Count > 1 && tags.Count * MinUsesOfATag <= words
            && !tags.All(tag => double.TryParse(tag, CultureInfo.InvariantCulture, out _));
    }

    /// <param name="tag">The column of the tags; null for upos, or the last column.</param>
    /// <param name="needsTags">Whether each word must have a tag; if not, tags are empty.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line has another number of columns.</exception>
    public static ExampleList Read(string path, string shown, string? tag, string? encoding, bool needsTags = true)
    {
        GuessedText text = GuessedText.Read(path, shown, encoding);
        List<Example> sentences = [];
        List<string> words = [], tags = [];
        List<int> lines = [];
        bool isUniversal = Path.GetExtension(shown).Equals(".conllu", StringComparison.OrdinalIgnoreCase);
        int columns = 0, number = 0;
        foreach (string raw in text.Text.Split('\n'))
        {
            number++;
            string line = raw.TrimEnd('\r', ' ');
            if (line.Length == 0 || line.StartsWith("-DOCSTART-", StringComparison.Ordinal))
            {
                End();
                continue;
            }

            if (isUniversal && line.StartsWith('#')) continue;
            var where = new SourceLocation(shown, number);
            string[] fields = isUniversal || line.Contains('\t', StringComparison.Ordinal)
                ? line.Split('\t')
                : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns == 0) columns = isUniversal ? Columns.Length : fields.Length;
            if (fields.Length != columns)
            {
                throw new InvalidInputException(
                    $"this line has {fields.Length} {(fields.Length == 1 ? "column" : "columns")}, but {(isUniversal ? "CoNLL-U has" : "the first one has")} "
                    + $"{columns}",
                    "Give each word a line of as many columns, and leave a blank line between sentences", where);
            }

            if (isUniversal && fields[0].AsSpan().ContainsAny('-', '.')) continue; // ranges and empty nodes are not words
            words.Add(fields[isUniversal ? 1 : 0]);
            tags.Add(needsTags ? fields[ColumnOf(tag, isUniversal, columns, shown)] : "");
            lines.Add(number);
            if (isUniversal && tags[^1] == Unspecified)
                throw new InvalidInputException($"the word {words[^1]} has no tag, but {Unspecified}",
                    "Give it one, leave its sentence out, or name another column with data.tag", where);
            if (string.IsNullOrWhiteSpace(words[^1]) || (needsTags && string.IsNullOrWhiteSpace(tags[^1])))
                throw new InvalidInputException("a word or its tag is empty", "Give each word one tag", where);
        }

        End();
        if (sentences.Count == 0)
            throw new InvalidInputException("there is no sentence in it", "Give a file with a word and its tag in each line", new SourceLocation(shown));
        return new ExampleList(sentences[0].Names, sentences, text.Note is { } note ? [note] : []);

        void End()
        {
            if (words.Count > 0) sentences.Add(new TaggedSentence([.. words], [.. tags], new SourceLocation(shown, lines[0])) { Lines = [.. lines] });
            words.Clear();
            tags.Clear();
            lines.Clear();
        }
    }

    private static int ColumnOf(string? tag, bool isUniversal, int columns, string shown)
    {
        if (tag is null) return isUniversal ? Array.IndexOf(Columns, UniversalTag) : columns > 1 ? columns - 1
            : throw NoColumn($"its lines have one column, the word");
        if (int.TryParse(tag, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            int index = number > 0 ? number - 1 : columns + number;
            return number != 0 && index > (isUniversal ? 1 : 0) && index < columns
                ? index
                : throw NoColumn($"there is no column {tag} for tags; there are {columns}, the {(isUniversal ? "second" : "first")} of which is the word");
        }

        int named = isUniversal ? Array.IndexOf(Columns, tag.ToLowerInvariant()) : -1;
        return named > 1 ? named : throw NoColumn(isUniversal
            ? $"CoNLL-U has no tags called {tag}; it has {string.Join(", ", Columns[2..])}"
            : $"its columns have no names, so none is called {tag}");

        InvalidInputException NoColumn(string problem) =>
            new(problem, "Name the column of the tags with data.tag, by its number from 1 where it has no name", new SourceLocation(shown));
    }
}
