using System.Text.Json;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>A JSON value that knows where it was written, so that errors can be reported with file, line and column.</summary>
/// <param name="Kind">The type of the JSON value.</param>
/// <param name="Path">Its path in the document: <c>training.optimizer.adam</c>, <c>model.0</c>; empty for the whole.</param>
/// <param name="Where">Its location in the file.</param>
public sealed record SourceNode(JsonValueKind Kind, string Path, SourceLocation Where)
{
    /// <summary>The value of a string, or a number as written; empty otherwise.</summary>
    public string Text { get; init; } = "";

    /// <summary>An object's members in their order; empty otherwise.</summary>
    public IReadOnlyList<SourceMember> Members { get; init; } = [];

    /// <summary>An array's items; empty otherwise.</summary>
    public IReadOnlyList<SourceNode> Items { get; init; } = [];

    /// <summary>The value as messages show it.</summary>
    public string Description => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the string \"{Shorten(Text)}\"",
        JsonValueKind.Number => Shorten(Text),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>The member's value; null where there is none of this name.</summary>
    public SourceNode? this[string name] => Members.FirstOrDefault(member => member.Name == name)?.Value;

    /// <summary>The path of a member or item of this value: <c>training.batch</c>.</summary>
    public string PathTo(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>A node at a path below this one, for a value that was not written in any file.</summary>
    public SourceNode Inside(string name) => new(JsonValueKind.Undefined, PathTo(name), Where);

    /// <summary>The error for a value that is not what it should be.</summary>
    /// <param name="expected">What is expected, with its article: <c>a whole number of at least 1</c>.</param>
    public InvalidInputException Refuse(string expected, string? remedy = null) =>
        new($"{(Path.Length == 0 ? "a specification" : Path)} must be {expected}, not {Description}", remedy, Where);

    /// <summary>A copy of the object with a member replaced, or appended where there is none of this name.</summary>
    public SourceNode With(string name, SourceNode value)
    {
        var member = new SourceMember(name, value.Where, value);
        return this[name] is null
            ? this with { Members = [.. Members, member] }
            : this with { Members = [.. Members.Select(old => old.Name == name ? member : old)] };
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}

/// <summary>A member of a JSON object.</summary>
/// <param name="Where">The location of its name.</param>
public sealed record SourceMember(string Name, SourceLocation Where, SourceNode Value);
