using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>An object with known keys, read into a record.</summary>
/// <param name="what">What the object is, with its article, for messages: <c>an lstm layer</c>.</param>
/// <param name="blank">The record with all defaults. The values of required keys do not matter.</param>
public sealed class ObjectFormat<T>(string what, T blank) : Format<T>
{
    private readonly List<Key<T>> _keys = [];
    private readonly List<Action<T, SourceNode>> _checks = [];

    public override string Expected => what;

    public T Blank => blank;

    public IReadOnlyList<Key<T>> Keys => _keys;

    /// <summary>Adds a key that may be left out; its default is the blank's value.</summary>
    public ObjectFormat<T> Key<TValue>(string name, string description, Format<TValue> format, Func<T, TValue> get, Func<T, TValue, T> set)
    {
        _keys.Add(new Key<T, TValue>(name, description, format, get, set));
        return this;
    }

    /// <summary>Adds a key that must be given.</summary>
    public ObjectFormat<T> Required<TValue>(string name, string description, Format<TValue> format, Func<T, TValue> get, Func<T, TValue, T> set)
    {
        _keys.Add(new Key<T, TValue>(name, description, format, get, set) { IsRequired = true });
        return this;
    }

    /// <summary>Adds a key whose default depends on the context: the schema states none, and the blank's value is a placeholder.</summary>
    public ObjectFormat<T> Contextual<TValue>(string name, string description, Format<TValue> format, Func<T, TValue> get, Func<T, TValue, T> set)
    {
        _keys.Add(new Key<T, TValue>(name, description, format, get, set) { HasDefault = false });
        return this;
    }

    /// <summary>Adds a key that may be left out, and is not written where it has the default.</summary>
    public ObjectFormat<T> Optional<TValue>(string name, string description, Format<TValue> format, Func<T, TValue> get, Func<T, TValue, T> set)
    {
        _keys.Add(new Key<T, TValue>(name, description, format, get, set) { IsOptional = true });
        return this;
    }

    /// <summary>Adds a rule that relates several keys; it throws where it is broken.</summary>
    public ObjectFormat<T> Check(Action<T, SourceNode> check)
    {
        _checks.Add(check);
        return this;
    }

    public override T Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Object) throw node.Refuse(Expected);
        foreach (SourceMember member in node.Members)
        {
            if (!_keys.Exists(key => key.Name == member.Name))
                throw UnknownName.Refuse("key", member.Name, node.Path, [.. _keys.Select(key => key.Name)], member.Where);
        }

        T value = blank;
        foreach (Key<T> key in _keys)
        {
            if (node[key.Name] is { } given) value = key.Read(value, given, blank);
            else if (key.IsRequired)
                throw new InvalidInputException($"{Place(node)} lacks the key \"{key.Name}\"", $"Give {key.Expected}: {Lower(key.Description)}", node.Where);
        }

        foreach (Action<T, SourceNode> check in _checks) check(value, node);
        return value;
    }

    protected internal override void Check(T value, SourceNode place)
    {
        foreach (Key<T> key in _keys) key.Check(value, place, blank);
        foreach (Action<T, SourceNode> check in _checks) check(value, place);
    }

    public override void Write(Utf8JsonWriter writer, T value)
    {
        writer.WriteStartObject();
        foreach (Key<T> key in _keys) key.Write(writer, value, blank);
        writer.WriteEndObject();
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var properties = new JsonObject();
        foreach (Key<T> key in _keys) properties[key.Name] = key.Schema(definitions, blank);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        JsonNode[] required = [.. _keys.Where(key => key.IsRequired).Select(key => JsonValue.Create(key.Name))];
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        schema["additionalProperties"] = false;
        return schema;
    }

    public override SourceNode Apply(Override change, int depth, SourceNode? current)
    {
        if (change.EndsAt(depth)) return change.Value;
        string name = change.NameAt(depth);
        Key<T> key = _keys.Find(key => key.Name == name) ?? throw change.RefuseName(depth, [.. _keys.Select(key => key.Name)]);
        SourceNode target = current is { Kind: JsonValueKind.Object } ? current : change.EmptyObject(depth);
        return target.With(name, key.Format.Apply(change, depth + 1, target[name]));
    }

    private static string Place(SourceNode node) => node.Path.Length == 0 ? "the specification" : node.Path;

    private static string Lower(string description) => char.ToLowerInvariant(description[0]) + description[1..].TrimEnd('.');
}
