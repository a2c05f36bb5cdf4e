using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>A list of values of one kind.</summary>
/// <param name="what">What the items are, in the plural.</param>
/// <param name="min">The fewest items.</param>
public sealed class ListFormat<T>(string what, Format<T> item, int min = 0) : Format<IReadOnlyList<T>>
{
    public override string Expected => min == 0 ? $"a list of {what}" : $"a list of {what}, at least {min}";

    public override IReadOnlyList<T> Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Array) throw node.Refuse(Expected, node.Kind == JsonValueKind.String ? $"Write [\"{node.Text}\"]" : null);
        if (node.Items.Count < min) throw node.Refuse(Expected);
        return [.. node.Items.Select(item.Read)];
    }

    protected internal override void Check(IReadOnlyList<T> value, SourceNode place)
    {
        if (value.Count < min) throw (place with { Kind = JsonValueKind.Array }).Refuse(Expected);
        for (int i = 0; i < value.Count; i++) item.Check(value[i], place.Inside($"{i}"));
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value)
    {
        writer.WriteStartArray();
        foreach (T element in value) item.Write(writer, element);
        writer.WriteEndArray();
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.Schema(definitions) };
        if (min > 0) schema["minItems"] = min;
        return schema;
    }

    public override SourceNode Apply(Override change, int depth, SourceNode? current)
    {
        if (change.EndsAt(depth)) return change.Value;
        int count = current?.Items.Count ?? 0;
        if (!int.TryParse(change.NameAt(depth), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= count)
        {
            throw change.Refuse(
                $"{change.PathTo(depth)} has no item \"{change.NameAt(depth)}\": it is a list of {count}",
                count == 0 ? $"Set the whole list: {change.PathTo(depth)}=[…]" : $"Choose one of 0 to {count - 1}");
        }

        SourceNode changed = item.Apply(change, depth + 1, current!.Items[index]);
        return current with { Items = [.. current.Items.Select((old, i) => i == index ? changed : old)] };
    }
}
