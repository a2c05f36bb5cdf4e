using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Tasks;

/// <summary>The format of one kind's <c>data</c>, as the format of any kind's.</summary>
internal sealed class DataFormat<TData>(Format<TData> inner) : Format<DataSpec>
    where TData : DataSpec
{
    public override string Expected => inner.Expected;

    public override DataSpec Read(SourceNode node) => inner.Read(node);

    public override void Write(Utf8JsonWriter writer, DataSpec value) => inner.Write(writer, (TData)value);

    public override JsonObject Schema(SchemaDefinitions definitions) => inner.Schema(definitions);

    public override SourceNode Apply(Override change, int depth, SourceNode? current) => inner.Apply(change, depth, current);
}
