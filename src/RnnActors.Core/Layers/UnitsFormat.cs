using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A dense layer's outputs: a number, or the name of as many as the task has.</summary>
internal sealed class UnitsFormat(Format<int> number, string outputsName) : Format<int>
{
    public override string Expected => $"{number.Expected}, or \"{outputsName}\"";

    public override int Read(SourceNode node) => node switch
    {
        { Kind: JsonValueKind.Number } => number.Read(node),
        { Kind: JsonValueKind.String } when node.Text == outputsName => Dense.TaskOutputs,
        _ => throw node.Refuse(Expected),
    };

    protected internal override void Check(int value, SourceNode place)
    {
        if (value != Dense.TaskOutputs) number.Check(value, place);
    }

    public override void Write(Utf8JsonWriter writer, int value)
    {
        if (value == Dense.TaskOutputs) writer.WriteStringValue(outputsName);
        else number.Write(writer, value);
    }

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["anyOf"] = new JsonArray(number.Schema(definitions), new JsonObject { ["const"] = outputsName }) };
}
