using System.Text;
using System.Text.Json;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>Parses JSON, with comments and trailing commas, into nodes that know their locations.</summary>
public static class SourceParser
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses a whole document.</summary>
    /// <param name="name">The file's path as the user wrote it, for messages.</param>
    /// <exception cref="InvalidInputException">The text is empty or not JSON, or an object has a key twice.</exception>
    public static SourceNode Parse(string text, string name)
    {
        var lines = new LineIndex(text, name);
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidInputException("the file is empty, where a JSON document belongs", null, new SourceLocation(name));
        return Parse(lines, lines.At, "");
    }

    /// <summary>Parses a value that is not in a file; <paramref name="where"/> is the location of all its parts. Null where the text is not JSON.</summary>
    public static SourceNode? TryParseValue(string text, string path, SourceLocation where)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? null : Parse(new LineIndex(text, where.Path), _ => where, path);
        }
        catch (InvalidInputException problem) when (problem.InnerException is JsonException)
        {
            return null;
        }
    }

    private static SourceNode Parse(LineIndex lines, Func<long, SourceLocation> locate, string path)
    {
        var reader = new Utf8JsonReader(lines.Utf8, Options);
        try
        {
            reader.Read();
            SourceNode root = ReadValue(ref reader, locate, path);
            while (reader.Read())
            {
                // Nothing but comments may follow: the reader throws at anything else.
            }

            return root;
        }
        catch (JsonException problem)
        {
            string what = problem.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw new InvalidInputException($"this is not JSON: {what}", "Correct it here", lines.At(problem), problem);
        }
    }

    private static SourceNode ReadValue(ref Utf8JsonReader reader, Func<long, SourceLocation> locate, string path)
    {
        SourceLocation where = locate(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return new SourceNode(JsonValueKind.Object, path, where) { Members = ReadMembers(ref reader, locate, path) };
            case JsonTokenType.StartArray:
                var items = new List<SourceNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader, locate, Join(path, $"{items.Count}")));
                return new SourceNode(JsonValueKind.Array, path, where) { Items = items };
            case JsonTokenType.String:
                return new SourceNode(JsonValueKind.String, path, where) { Text = ReadString(ref reader, where) };
            case JsonTokenType.Number:
                return new SourceNode(JsonValueKind.Number, path, where) { Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new SourceNode(JsonValueKind.True, path, where);
            case JsonTokenType.False:
                return new SourceNode(JsonValueKind.False, path, where);
            default:
                return new SourceNode(JsonValueKind.Null, path, where);
        }
    }

    private static List<SourceMember> ReadMembers(ref Utf8JsonReader reader, Func<long, SourceLocation> locate, string path)
    {
        var members = new List<SourceMember>();
        var seen = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            SourceLocation where = locate(reader.TokenStartIndex);
            string name = ReadString(ref reader, where);
            if (!seen.TryAdd(name, where))
                throw new InvalidInputException($"the key \"{name}\" is given twice, first at line {seen[name].Line}", "Remove one of the two", where);
            reader.Read();
            members.Add(new SourceMember(name, where, ReadValue(ref reader, locate, Join(path, name))));
        }

        return members;
    }

    private static string ReadString(ref Utf8JsonReader reader, SourceLocation where)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidInputException("this string escapes half of a surrogate pair", "Write the character itself", where, problem);
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
