using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>A value or null; <typeparamref name="TOptional"/> is the nullable form of <typeparamref name="T"/>.</summary>
internal sealed class OptionalFormat<T, TOptional>(Format<T> inner, Func<T, TOptional> wrap, Func<TOptional, T> unwrap) : Format<TOptional>
{
    public override string Expected => $"{inner.Expected}, or null";

    public override TOptional Read(SourceNode node) => node.Kind == JsonValueKind.Null ? default! : wrap(inner.Read(node));

    public override void Write(Utf8JsonWriter writer, TOptional value)
    {
        if (value is null) writer.WriteNullValue();
        else inner.Write(writer, unwrap(value));
    }

    protected internal override void Check(TOptional value, SourceNode place)
    {
        if (value is not null) inner.Check(unwrap(value), place);
    }

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["anyOf"] = new JsonArray(inner.Schema(definitions), new JsonObject { ["type"] = "null" }) };

    public override SourceNode Apply(Override change, int depth, SourceNode? current) =>
        change.EndsAt(depth) ? change.Value : inner.Apply(change, depth, current is { Kind: JsonValueKind.Null } ? null : current);
}

/// <summary>Makes formats that allow null.</summary>
public static class Optional
{
    public static Format<T?> OrNull<T>(this Format<T> format)
        where T : struct => new OptionalFormat<T, T?>(format, value => value, value => value!.Value);

    public static Format<T?> OrNothing<T>(this Format<T> format)
        where T : class => new OptionalFormat<T, T?>(format, value => value, value => value!);
}
