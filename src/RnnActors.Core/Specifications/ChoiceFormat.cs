using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>
/// One of several alternatives: <c>"adam"</c> with its defaults, or <c>{ "adam": { "learningRate": 0.01 } }</c>. It is written as the bare name where all else
/// is default.
/// </summary>
/// <param name="what">What is chosen, with its article, for messages: <c>an optimizer</c>.</param>
public sealed class ChoiceFormat<T>(string what) : Format<T>
    where T : class
{
    private readonly List<Alternative> _alternatives = [];

    public override string Expected => $"{what}: {string.Join(", ", Names)}";

    private IReadOnlyList<string> Names => [.. _alternatives.Select(a => a.Name)];

    /// <summary>Adds an alternative with keys of its own.</summary>
    public ChoiceFormat<T> Or<TCase>(string name, ObjectFormat<TCase> body)
        where TCase : T
    {
        _alternatives.Add(new Alternative(
            name, body, value => value is TCase, node => body.Read(node), (writer, value) => body.Write(writer, (TCase)value),
            (value, place) => body.Check((TCase)value, place))
        {
            Bare = body.Keys.All(key => !key.IsRequired) ? body.Blank : null,
        });
        return this;
    }

    /// <summary>Adds an alternative with a single value: <c>{ "uniform": 0.05 }</c>.</summary>
    public ChoiceFormat<T> Or<TCase, TValue>(string name, Format<TValue> body, Func<TValue, TCase> make, Func<TCase, TValue> get)
        where TCase : T
    {
        _alternatives.Add(new Alternative(
            name, body, value => value is TCase, node => make(body.Read(node)), (writer, value) => body.Write(writer, get((TCase)value)),
            (value, place) => body.Check(get((TCase)value), place)));
        return this;
    }

    public override T Read(SourceNode node)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String:
                Alternative named = _alternatives.Find(a => a.Name == node.Text) ?? throw UnknownName.Refuse("value", node.Text, node.Path, Names, node.Where);
                return named.Bare ?? throw node.Refuse($"an object here: {{ \"{named.Name}\": … }}", $"Give {named.Body.Expected}");
            case JsonValueKind.Object when node.Members.Count == 1:
                SourceMember member = node.Members[0];
                Alternative chosen = _alternatives.Find(a => a.Name == member.Name)
                    ?? throw UnknownName.Refuse("key", member.Name, node.Path, Names, member.Where);
                return chosen.Read(member.Value);
            case JsonValueKind.Object when node.Members.Count > 1:
                throw node.Refuse($"{what} of one kind", $"Keep one of {string.Join(", ", node.Members.Select(m => $"\"{m.Name}\""))}");
            default:
                throw node.Refuse(Expected);
        }
    }

    /// <summary>Checks a value by its alternative's rules. A type that is not an alternative exists in code only and has none.</summary>
    protected internal override void Check(T value, SourceNode place)
    {
        if (_alternatives.Find(a => a.Is(value)) is { } chosen) chosen.Check(value, place.Inside(chosen.Name));
    }

    public override void Write(Utf8JsonWriter writer, T value)
    {
        Alternative chosen = _alternatives.Find(a => a.Is(value))
            ?? throw new NotSupportedException($"{value.GetType().Name} has no name in specifications, so it cannot be written.");
        if (CanonicalJson.Write(body => chosen.Write(body, value)) == "{}")
        {
            writer.WriteStringValue(chosen.Name);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName(chosen.Name);
        chosen.Write(writer, value);
        writer.WriteEndObject();
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        JsonNode[] bare = [.. _alternatives.Where(a => a.Bare is not null).Select(a => JsonValue.Create(a.Name))];
        var properties = new JsonObject();
        foreach (Alternative alternative in _alternatives) properties[alternative.Name] = alternative.Body.Schema(definitions);
        var full = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["minProperties"] = 1,
            ["maxProperties"] = 1,
            ["additionalProperties"] = false,
        };
        return new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray(bare) }, full) };
    }

    /// <summary>Applies an override. Naming another alternative chooses it, with its defaults.</summary>
    public override SourceNode Apply(Override change, int depth, SourceNode? current)
    {
        if (change.EndsAt(depth)) return change.Value;
        string name = change.NameAt(depth);
        Alternative chosen = _alternatives.Find(a => a.Name == name) ?? throw change.RefuseName(depth, Names);
        SourceNode empty = change.EmptyObject(depth);
        return empty.With(name, chosen.Body.Apply(change, depth + 1, current?[name]));
    }

    private sealed record Alternative(
        string Name, Format Body, Func<T, bool> Is, Func<SourceNode, T> Read, Action<Utf8JsonWriter, T> Write, Action<T, SourceNode> Check)
    {
        /// <summary>The value of the bare name; null where the name alone is not enough.</summary>
        public T? Bare { get; init; }
    }
}
