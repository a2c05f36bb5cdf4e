using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>A format whose values are converted: <typeparamref name="T"/> in JSON, <typeparamref name="TValue"/> in code.</summary>
internal sealed class MappedFormat<T, TValue>(Format<T> inner, Func<T, TValue> make, Func<TValue, T> unmake) : Format<TValue>
{
    public override string Expected => inner.Expected;

    public override TValue Read(SourceNode node) => make(inner.Read(node));

    public override void Write(Utf8JsonWriter writer, TValue value) => inner.Write(writer, unmake(value));

    protected internal override void Check(TValue value, SourceNode place) => inner.Check(unmake(value), place);

    public override JsonObject Schema(SchemaDefinitions definitions) => inner.Schema(definitions);

    public override SourceNode Apply(Override change, int depth, SourceNode? current) => inner.Apply(change, depth, current);
}
