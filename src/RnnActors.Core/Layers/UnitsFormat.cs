using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A dense layer's outputs or a flattened row's steps: a number, or a name that stands for the task's own number and is stored as 0.</summary>
internal sealed class UnitsFormat(Format<int> number, string taskName) : Format<int>
{
    private const int FromTask = 0;

    public override string Expected => $"{number.Expected}, or \"{taskName}\"";

    public override int Read(SourceNode node) => node switch
    {
        { Kind: JsonValueKind.Number } => number.Read(node),
        { Kind: JsonValueKind.String } when node.Text == taskName => FromTask,
        _ => throw node.Refuse(Expected),
    };

    protected internal override void Check(int value, SourceNode place)
    {
        if (value != FromTask) number.Check(value, place);
    }

    public override void Write(Utf8JsonWriter writer, int value)
    {
        if (value == FromTask) writer.WriteStringValue(taskName);
        else number.Write(writer, value);
    }

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["anyOf"] = new JsonArray(number.Schema(definitions), new JsonObject { ["const"] = taskName }) };
}
