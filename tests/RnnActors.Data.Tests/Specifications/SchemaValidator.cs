using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Data.Tests.Specifications;

/// <summary>The part of JSON schema, draft 2020-12, that the shipped schema uses; a keyword beyond it is an error of the test.</summary>
internal sealed class SchemaValidator(JsonObject root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$defs", "title", "description", "default", "then"];

    public bool IsValid(JsonNode? value) => IsValid(root, value);

    private bool IsValid(JsonObject schema, JsonNode? value) =>
        schema.All(keyword => Annotations.Contains(keyword.Key) || Holds(keyword.Key, keyword.Value!, schema, value));

    private bool Holds(string keyword, JsonNode rule, JsonObject schema, JsonNode? value) => keyword switch
    {
        "$ref" => IsValid(root["$defs"]![rule.GetValue<string>().Split('/')[^1]]!.AsObject(), value),
        "type" => HasType(rule.GetValue<string>(), value),
        "enum" => rule.AsArray().Any(item => JsonNode.DeepEquals(item, value)),
        "const" => JsonNode.DeepEquals(rule, value),
        "anyOf" => rule.AsArray().Any(item => IsValid(item!.AsObject(), value)),
        "allOf" => rule.AsArray().All(item => IsValid(item!.AsObject(), value)),
        "if" => !IsValid(rule.AsObject(), value) || IsValid(schema["then"]!.AsObject(), value),
        "minimum" => Number(value) is not { } number || number >= Number(rule),
        "exclusiveMinimum" => Number(value) is not { } number || number > Number(rule),
        "maximum" => Number(value) is not { } number || number <= Number(rule),
        "exclusiveMaximum" => Number(value) is not { } number || number < Number(rule),
        "minLength" => Text(value) is not { } text || text.Length >= Number(rule),
        "maxLength" => Text(value) is not { } text || text.Length <= Number(rule),
        "minItems" => value is not JsonArray array || array.Count >= Number(rule),
        "items" => value is not JsonArray array || array.All(item => IsValid(rule.AsObject(), item)),
        "minProperties" => value is not JsonObject members || members.Count >= Number(rule),
        "maxProperties" => value is not JsonObject members || members.Count <= Number(rule),
        "required" => value is not JsonObject members || rule.AsArray().All(name => members.ContainsKey(name!.GetValue<string>())),
        "properties" => value is not JsonObject members
            || members.All(member => rule[member.Key] is not { } property || IsValid(property.AsObject(), member.Value)),
        "additionalProperties" => value is not JsonObject members
            || members.All(member => schema["properties"]!.AsObject().ContainsKey(member.Key)),
        _ => throw new NotSupportedException($"The schema uses the keyword {keyword}, which this validator does not know."),
    };

    private static bool HasType(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => Text(value) is not null,
        "boolean" => value is JsonValue v && v.TryGetValue(out bool _),
        "number" => Number(value) is not null,
        "integer" => Number(value) is { } number && number == Math.Floor(number),
        _ => throw new NotSupportedException(type),
    };

    private static double? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
