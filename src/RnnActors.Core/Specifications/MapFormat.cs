using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>An object whose keys are the user's own, with values of one kind. Keys are written in alphabetical order.</summary>
/// <param name="what">What the object is, with its article, for messages: <c>an object of columns and their transforms</c>.</param>
public sealed class MapFormat<T>(string what, Format<T> item) : Format<IReadOnlyDictionary<string, T>>
{
    public override string Expected => what;

    public override IReadOnlyDictionary<string, T> Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Object) throw node.Refuse(Expected);
        SortedDictionary<string, T> read = new(StringComparer.Ordinal);
        foreach (SourceMember member in node.Members)
        {
            if (!read.TryAdd(member.Name, item.Read(member.Value)))
                throw new InvalidInputException($"{node.PathTo(member.Name)} is given twice", "Keep one of them", member.Where);
        }

        return read;
    }

    protected internal override void Check(IReadOnlyDictionary<string, T> value, SourceNode place)
    {
        foreach ((string name, T own) in value) item.Check(own, place.Inside(name));
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, T> value)
    {
        writer.WriteStartObject();
        foreach ((string name, T own) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            item.Write(writer, own);
        }

        writer.WriteEndObject();
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => new() { ["type"] = "object", ["additionalProperties"] = item.Schema(definitions) };

    public override SourceNode Apply(Override change, int depth, SourceNode? current)
    {
        if (change.EndsAt(depth)) return change.Value;
        string name = change.NameAt(depth);
        SourceNode target = current is { Kind: JsonValueKind.Object } ? current : change.EmptyObject(depth);
        return target.With(name, item.Apply(change, depth + 1, target[name]));
    }
}
