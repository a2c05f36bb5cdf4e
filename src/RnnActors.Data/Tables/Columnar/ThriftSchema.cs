using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>
/// The structures of a format in Thrift's compact protocol, parsed from a text. Each line is a structure: its name and its fields as <c>number:type</c>. A type
/// is <c>bool</c>, <c>i8</c>, <c>i16</c>, <c>i32</c>, <c>i64</c>, <c>double</c>, <c>binary</c>, the name of a structure, or one of these in brackets for a
/// list. A structure must be defined before it is used. A line that begins with <c>+</c> continues the one above.
/// </summary>
internal sealed class ThriftSchema
{
    public const int True = 1, False = 2, Byte = 3, Int16 = 4, Int32 = 5, Int64 = 6, Double = 7, Binary = 8, List = 9, Structure = 12;

    private static readonly Dictionary<string, int> Types = new()
    {
        ["bool"] = True,
        ["i8"] = Byte,
        ["i16"] = Int16,
        ["i32"] = Int32,
        ["i64"] = Int64,
        ["double"] = Double,
        ["binary"] = Binary,
    };

    private readonly Dictionary<string, Dictionary<int, Field>> _structures = [];

    public ThriftSchema(string text)
    {
        Dictionary<int, Field> fields = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = line.Split(' ');
            if (words[0] != "+") _structures.Add(words[0], fields = []);
            foreach (string word in words.AsSpan(1))
            {
                int colon = word.IndexOf(':', StringComparison.Ordinal);
                fields.Add(int.Parse(word.AsSpan(0, colon), CultureInfo.InvariantCulture), FieldOf(word[(colon + 1)..]));
            }
        }
    }

    /// <summary>The fields of a structure by their numbers.</summary>
    public IReadOnlyDictionary<int, Field> this[string structure] => _structures[structure];

    private Field FieldOf(string type)
    {
        string item = type.Trim('[', ']');
        IReadOnlyDictionary<int, Field>? fields = Types.ContainsKey(item) ? null : _structures[item];
        int itself = fields is null ? Types[item] : Structure;
        return item == type ? new Field(itself, 0, fields) : new Field(List, itself, fields);
    }

    /// <param name="Type">The protocol's number of the type; <see cref="True"/> for both booleans.</param>
    /// <param name="Item">The type of a list's items.</param>
    /// <param name="Fields">The fields of the structure, or of the list's structures.</param>
    public sealed record Field(int Type, int Item, IReadOnlyDictionary<int, Field>? Fields);
}
