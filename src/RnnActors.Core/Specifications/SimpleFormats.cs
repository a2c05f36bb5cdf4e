using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>true or false.</summary>
public sealed class BooleanFormat : Format<bool>
{
    public override string Expected => "true or false";

    public override bool Read(SourceNode node) =>
        node.Kind is JsonValueKind.True or JsonValueKind.False ? node.Kind == JsonValueKind.True : throw node.Refuse(Expected);

    public override void Write(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);

    public override JsonObject Schema(SchemaDefinitions definitions) => new() { ["type"] = "boolean" };
}

/// <summary>A string.</summary>
public sealed class TextFormat : Format<string>
{
    /// <summary>True where an empty string is refused.</summary>
    public bool NotEmpty { get; init; }

    public override string Expected => NotEmpty ? "a string that is not empty" : "a string";

    public override string Read(SourceNode node) =>
        node.Kind == JsonValueKind.String && (node.Text.Length > 0 || !NotEmpty)
            ? node.Text
            : throw node.Refuse(Expected, node.Kind == JsonValueKind.Number ? $"Write it in quotes: \"{node.Text}\"" : null);

    public override void Write(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        NotEmpty ? new() { ["type"] = "string", ["minLength"] = 1 } : new() { ["type"] = "string" };
}

/// <summary>One character.</summary>
public sealed class CharacterFormat : Format<char>
{
    public override string Expected => "a string of one character";

    public override char Read(SourceNode node) =>
        node.Kind == JsonValueKind.String && node.Text.Length == 1 ? node.Text[0] : throw node.Refuse(Expected);

    public override void Write(Utf8JsonWriter writer, char value) => writer.WriteStringValue([value]);

    public override JsonObject Schema(SchemaDefinitions definitions) => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 1 };
}

/// <summary>One of several named values.</summary>
public sealed class NamesFormat<T>(params (string Name, T Value)[] names) : Format<T>
    where T : notnull
{
    public override string Expected => names.Length == 1 ? $"\"{names[0].Name}\"" : $"one of {string.Join(", ", names.Select(n => $"\"{n.Name}\""))}";

    public override T Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.String) throw node.Refuse(Expected);
        foreach ((string name, T value) in names)
            if (name == node.Text) return value;
        throw UnknownName.Refuse("value", node.Text, node.Path, [.. names.Select(n => n.Name)], node.Where);
    }

    public override void Write(Utf8JsonWriter writer, T value) => writer.WriteStringValue(names.First(n => n.Value.Equals(value)).Name);

    public override JsonObject Schema(SchemaDefinitions definitions) => new() { ["enum"] = new JsonArray([.. names.Select(n => JsonValue.Create(n.Name))]) };
}

/// <summary>The formats of enumerations: the members' names in camel case.</summary>
public static class Names
{
    public static Format<T> Of<T>()
        where T : struct, Enum =>
        new NamesFormat<T>([.. Enum.GetValues<T>().Select(value => (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), value))]);
}
