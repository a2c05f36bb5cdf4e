using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Models;

/// <summary>An encoder–decoder: <c>{ "encoder": […], "decoder": […], "attention": "general" }</c>, or the equivalent list of named layers. It is written as
/// that list.</summary>
public sealed class EncoderDecoderFormat : Format<ModelSpec>
{
    /// <summary>In JSON, the number of units of a dense layer that has one unit per word of the target's vocabulary.</summary>
    public const string OutputsName = "vocabulary";

    private static readonly ModelFormat List = ModelFormat.For(new ModelContext(OutputsName, true) { LayerName = "translationLayer" });

    private static readonly Format<IReadOnlyList<LayerSpec>> Part =
        new MappedFormat<ModelSpec, IReadOnlyList<LayerSpec>>(List, model => model.Layers, layers => new ModelSpec(layers));

    private static readonly ObjectFormat<EncoderDecoder> Parts =
        new ObjectFormat<EncoderDecoder>("an object with encoder, decoder and attention", new([], [], AttentionScore.General))
            .Required("encoder", "The layers that read the source, an embedding first.", Part, m => m.Encoder, (m, v) => m with { Encoder = v })
            .Required("decoder", "The layers that write the target: an embedding, a gru or an lstm, dropout.", Part, m => m.Decoder,
                (m, v) => m with { Decoder = v })
            .Key("attention", "How the decoder looks at the source: additive, general, dot or scaledDot.", Names.Of<AttentionScore>(), m => m.Attention,
                (m, v) => m with { Attention = v });

    private EncoderDecoderFormat()
    {
    }

    public static EncoderDecoderFormat Instance { get; } = new();

    public override string Expected => $"{Parts.Expected}, or {List.Expected}";

    public override ModelSpec Read(SourceNode node)
    {
        if (node.Kind != JsonValueKind.Object) return List.Read(node);
        EncoderDecoder parts = Parts.Read(node);
        try
        {
            return parts.ToModel();
        }
        catch (InvalidInputException problem)
        {
            throw new InvalidInputException($"{node.Path}: {problem.Problem}", problem.Remedy, node.Where, problem);
        }
    }

    public override void Write(Utf8JsonWriter writer, ModelSpec value) => List.Write(writer, value);

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["anyOf"] = new JsonArray(Parts.Schema(definitions), List.Schema(definitions)) };

    public override SourceNode Apply(Override change, int depth, SourceNode? current) =>
        current is { Kind: JsonValueKind.Array } ? List.Apply(change, depth, current) : Parts.Apply(change, depth, current);

    protected internal override void Check(ModelSpec value, SourceNode place) => List.Check(value, place);
}
