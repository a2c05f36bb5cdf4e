using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Data.Specifications;

/// <summary>The keys of specifications as paths, such as <c>training.batch</c>, for completion. Keys that only some tasks have are included.</summary>
public sealed class SpecificationKeys
{
    private const char Step = '.', Sets = '=';

    private readonly Schema _schema = new();

    /// <summary>
    /// Completes the beginning of a change: <c>training.b</c> to <c>training.batch=</c>, <c>model.0.</c> to every kind of layer, <c>training.optimizer=a</c> to
    /// <c>training.optimizer=adam</c>. A result that ends in a dot has keys below it.
    /// </summary>
    public IReadOnlyList<string> Complete(string begun)
    {
        int equals = begun.IndexOf(Sets, StringComparison.Ordinal);
        if (equals >= 0)
            return [.. Begin(_schema.Values(_schema.Find(begun[..equals])).Select(value => $"{begun[..(equals + 1)]}{value}"), begun)];
        string above = begun[..(begun.LastIndexOf(Step) + 1)];
        var next = _schema.Children(_schema.Find(above.TrimEnd(Step)));
        return [.. Begin(next.SelectMany(child => Ends(child.Value).Select(end => $"{above}{child.Key}{end}")), begun)];
    }

    /// <summary>The words that a key accepts, besides numbers and texts: <c>long</c>, <c>columns</c>, <c>rows</c> for <c>data.layout</c>.</summary>
    public IReadOnlyList<string> ValuesOf(string path) => [.. _schema.Values(_schema.Find(path))];

    private static IEnumerable<string> Begin(IEnumerable<string> found, string begun) =>
        found.Where(one => one.StartsWith(begun, StringComparison.Ordinal)).Distinct();

    private IEnumerable<char> Ends(IReadOnlyList<JsonObject> key)
    {
        if (key.Any(one => !Schema.IsNest(one))) yield return Sets;
        if (_schema.Children(key).Count > 0) yield return Step;
    }

    /// <summary>The JSON schema. A path leads to all schemas that are possible there, since alternatives and tasks differ.</summary>
    private sealed class Schema
    {
        private readonly JsonObject _whole = JsonNode.Parse(SpecificationSchema.Text)!.AsObject();

        public static bool IsNest(JsonObject place) => (string?)place["type"] is "object" or "array";

        public IReadOnlyList<JsonObject> Find(string path)
        {
            IReadOnlyList<JsonObject> place = [.. Alternatives(_whole), .. _whole["allOf"]!.AsArray().SelectMany(task => Alternatives(task!["then"]))];
            foreach (string name in path.Split(Step, StringSplitOptions.RemoveEmptyEntries))
                place = Children(place).GetValueOrDefault(int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "0" : name) ?? [];
            return place;
        }

        public Dictionary<string, IReadOnlyList<JsonObject>> Children(IReadOnlyList<JsonObject> place)
        {
            var found = new Dictionary<string, IReadOnlyList<JsonObject>>();
            void Add(string name, JsonNode? schema) => found[name] = [.. found.GetValueOrDefault(name) ?? [], .. Alternatives(schema)];
            foreach (JsonObject one in place)
            {
                foreach (var (name, schema) in one["properties"]?.AsObject() ?? []) Add(name, schema);
                if (one["items"] is { } items) Add("0", items);
            }

            found.Remove("$schema");
            return found;
        }

        public IEnumerable<string> Values(IReadOnlyList<JsonObject> place) => place.SelectMany(one =>
            one["enum"]?.AsArray() is { } names ? names.Select(Text)
            : one.ContainsKey("const") ? [Text(one["const"])]
            : (string?)one["type"] switch { "boolean" => ["true", "false"], "null" => ["null"], _ => [] }).Distinct();

        private static string Text(JsonNode? value) =>
            value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString() ?? "null";

        private IEnumerable<JsonObject> Alternatives(JsonNode? schema)
        {
            if (schema is not JsonObject one) return [];
            if ((string?)one["$ref"] is { } reference) return Alternatives(_whole["$defs"]![reference[(reference.LastIndexOf('/') + 1)..]]);
            return one["anyOf"] is JsonArray any ? any.SelectMany(Alternatives) : one.Any(part => part.Key != "description") ? [one] : [];
        }
    }
}
