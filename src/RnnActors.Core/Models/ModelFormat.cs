using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Layers;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Models;

/// <summary>A model: the list of its layers, from the input to the output.</summary>
public sealed class ModelFormat : Format<ModelSpec>
{
    private readonly ModelContext _context;
    private readonly ListFormat<LayerSpec> _layers;

    private ModelFormat(ModelContext context)
    {
        _context = context;
        _layers = new ListFormat<LayerSpec>("layers", new LayerFormat(context).Named(context.LayerName), 1);
    }

    public static ModelFormat Forecast { get; } = new(ModelContext.Forecast);

    public static ModelFormat LanguageModel { get; } = new(ModelContext.LanguageModel);

    /// <summary>The format of models for one kind of task.</summary>
    public static ModelFormat For(ModelContext context) => new(context);

    public override string Expected => _layers.Expected;

    /// <summary>Reads a model from JSON on its own, such as <see cref="Format{T}.ToJson"/> writes.</summary>
    /// <param name="name">The text's name in messages.</param>
    public static ModelSpec Parse(string json, string name) => Forecast.Read(SourceParser.Parse(json, name));

    public override ModelSpec Read(SourceNode node)
    {
        LayerSpec[] layers = [.. _layers.Read(node)];
        int last = Array.FindLastIndex(layers, layer => layer is Recurrent);
        for (int i = 0; i <= last; i++)
        {
            if (layers[i] is Recurrent recurrent && node.Items[i][Recurrent.ReturnSequencesKey] is null)
                layers[i] = recurrent with { ReturnSequences = i < last || _context.LastReturnsSequences };
        }

        return new ModelSpec(layers);
    }

    protected internal override void Check(ModelSpec value, SourceNode place) => _layers.Check(value.Layers, place);

    public override void Write(Utf8JsonWriter writer, ModelSpec value) => _layers.Write(writer, value.Layers);

    public override JsonObject Schema(SchemaDefinitions definitions) => _layers.Schema(definitions);

    public override SourceNode Apply(Override change, int depth, SourceNode? current) => _layers.Apply(change, depth, current);
}
