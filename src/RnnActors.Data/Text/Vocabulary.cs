using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Text;

/// <summary>
/// Numbered texts: words, characters, labels. Reserved entries come first, then the counted ones by descending frequency, in ordinal order if equally frequent.
/// So the numbers depend only on the counts.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>The entry for every text without a number.</summary>
    public const string UnknownEntry = "<unk>";

    private readonly string[] _entries;
    private readonly FrozenDictionary<string, int> _numbers;

    private Vocabulary(string[] entries)
    {
        _entries = entries;
        _numbers = entries.Select(KeyValuePair.Create<string, int>).ToFrozenDictionary(StringComparer.Ordinal);
        Unknown = _numbers.TryGetValue(UnknownEntry, out int unknown) ? unknown : null;
    }

    /// <summary>A JSON array of the entries.</summary>
    public static Format<Vocabulary> Format { get; } = new MappedEntries();

    public IReadOnlyList<string> Entries => _entries;

    public int Count => _entries.Length;

    /// <summary>The number of <see cref="UnknownEntry"/>; null where it is not reserved.</summary>
    public int? Unknown { get; }

    public string this[int number] => _entries[number];

    /// <summary>Fits a vocabulary to texts.</summary>
    /// <param name="texts">The texts of the training part, each as often as it occurs.</param>
    /// <param name="reserved">Entries that are always included, such as <see cref="UnknownEntry"/>.</param>
    /// <param name="minCount">Texts that occur less often get no number.</param>
    /// <param name="maxSize">The maximum number of entries, including reserved ones; null for no limit.</param>
    public static Vocabulary Fit(IEnumerable<string> texts, IReadOnlyList<string> reserved, int minCount = 1, int? maxSize = null)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string text in texts) counts[text] = counts.GetValueOrDefault(text) + 1;
        foreach (string entry in reserved) counts.Remove(entry);
        IEnumerable<string> counted = counts.Where(pair => pair.Value >= minCount)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);
        return new Vocabulary([.. reserved, .. maxSize is { } size ? counted.Take(Math.Max(0, size - reserved.Count)) : counted]);
    }

    /// <summary>A vocabulary of these entries, in this order.</summary>
    /// <exception cref="ArgumentException">An entry occurs twice.</exception>
    public static Vocabulary Of(IReadOnlyList<string> entries) => new([.. entries]);

    /// <summary>The number of a text; if it has none, that of <see cref="UnknownEntry"/>, or -1 if there is no such entry.</summary>
    public int NumberOf(string text) => _numbers.TryGetValue(text, out int number) ? number : Unknown ?? -1;

    /// <summary>Whether a text has a number of its own.</summary>
    public bool Contains(string text) => _numbers.ContainsKey(text);

    private sealed class MappedEntries : Format<Vocabulary>
    {
        private static readonly ListFormat<string> List = new("entries", new TextFormat(), 1);

        public override string Expected => List.Expected;

        public override Vocabulary Read(SourceNode node)
        {
            IReadOnlyList<string> entries = List.Read(node);
            if (entries.Distinct(StringComparer.Ordinal).Count() == entries.Count) return Of(entries);
            throw new InvalidInputException($"{node.Path} has an entry twice", "Use the checkpoint as it was written", node.Where);
        }

        public override void Write(Utf8JsonWriter writer, Vocabulary value) => List.Write(writer, value._entries);

        public override JsonObject Schema(SchemaDefinitions definitions) => List.Schema(definitions);
    }
}
