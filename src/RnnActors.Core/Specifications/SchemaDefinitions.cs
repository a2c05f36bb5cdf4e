using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Core.Specifications;

/// <summary>The parts of a JSON schema that are defined once and referenced.</summary>
public sealed class SchemaDefinitions
{
    /// <summary>The schema's <c>$defs</c>.</summary>
    public JsonObject All { get; } = [];

    /// <summary>A reference to the definition of this name, which is created at the first call.</summary>
    public JsonObject Refer(string name, Func<JsonObject> define)
    {
        if (!All.ContainsKey(name))
        {
            All[name] = new JsonObject();
            All[name] = define();
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }
}

/// <summary>A format that has a name of its own in the schema.</summary>
internal sealed class NamedFormat<T>(string name, Format<T> inner) : Format<T>
{
    public override string Expected => inner.Expected;

    public override T Read(SourceNode node) => inner.Read(node);

    protected internal override void Check(T value, SourceNode place) => inner.Check(value, place);

    public override void Write(Utf8JsonWriter writer, T value) => inner.Write(writer, value);

    public override JsonObject Schema(SchemaDefinitions definitions) => definitions.Refer(name, () => inner.Schema(definitions));

    public override SourceNode Apply(Override change, int depth, SourceNode? current) => inner.Apply(change, depth, current);
}
