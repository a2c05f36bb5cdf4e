using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Interop.Onnx.Graphs;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>Writes the layers of a network as operators.</summary>
internal sealed class NetworkGraph
{
    private readonly GraphSignal?[] _signals;
    private readonly string?[] _lengths;

    /// <param name="parameters">(P).</param>
    public NetworkGraph(OnnxGraph graph, Model model, ReadOnlyMemory<float> parameters)
    {
        (Graph, Model, Parameters) = (graph, model, parameters);
        _signals = new GraphSignal?[model.Signals.Count];
        _lengths = new string?[model.Inputs.Count];
    }

    public OnnxGraph Graph { get; }

    public Model Model { get; }

    public ReadOnlyMemory<float> Parameters { get; }

    /// <summary>The batch size B, as a tensor with one element.</summary>
    public required string Batch { get; init; }

    /// <summary>Whether states are inputs and outputs of the graph.</summary>
    public bool HasStates { get; init; } = true;

    public GraphSignal Output => Of(Model.FirstSignalOf(Model.Spec.Layers.Count - 1));

    /// <summary>Sets the value of a signal, such as an input.</summary>
    /// <param name="value">(T, B, F) for a sequence, (T, B) for tokens, (B, F) for one value per row.</param>
    public void Bind(int signal, string value) => _signals[signal] = new GraphSignal(value, Model.Signals[signal].Shape);

    /// <summary>Sets the lengths of an input's rows, where they are unequal.</summary>
    /// <param name="lengths">(B), 64-bit integers.</param>
    public void BindLengths(int input, string lengths) => _lengths[input] = lengths;

    public bool IsKnown(int signal) => _signals[signal] is not null;

    public GraphSignal Of(int signal) => _signals[signal] ?? throw new InvalidOperationException($"'{Model.Signals[signal].Name}' is not in the graph.");

    /// <summary>The lengths of the rows of a signal, (B); null where all are equal.</summary>
    public string? LengthsOf(Shape shape) => shape.IsSequence ? _lengths[shape.Axis.Input] : null;

    /// <summary>A mask, (T, B, 1), of the steps inside each row; null where all rows are equally long.</summary>
    public string? ActiveOf(GraphSignal signal)
    {
        if (LengthsOf(signal.Shape) is not { } lengths) return null;
        string time = Graph.Unsqueeze(Graph.Count(signal.Value, 0), 1, 2);
        return Graph.Add("Less", [time, Graph.Unsqueeze(lengths, 0, 2)]);
    }

    public Values ValuesOf(int layer) => new(Model.Layout, Parameters, Model.NameOf(layer));

    /// <summary>Writes all layers, or those for which <paramref name="isWritten"/> is true.</summary>
    /// <exception cref="InvalidInputException">ONNX has no operators for a layer.</exception>
    public void Write(Func<int, bool>? isWritten = null)
    {
        for (int layer = 0; layer < Model.Spec.Layers.Count; layer++)
        {
            if (isWritten?.Invoke(layer) == false) continue;
            Graph.Scope = Model.NameOf(layer);
            string[] values = Write(layer, Model.Spec.Layers[layer]);
            for (int i = 0; i < values.Length; i++) Bind(Model.FirstSignalOf(layer) + i, values[i]);
        }

        Graph.Scope = "";
    }

    private string[] Write(int layer, LayerSpec spec)
    {
        GraphSignal first = spec is AttentionDecoder or Recurrent or LearnedState ? null! : Of(Model.ReadsOf(layer)[0]);
        Values values = ValuesOf(layer);
        return spec switch
        {
            Recurrent recurrent => RecurrentGraph.Write(this, layer, recurrent),
            AttentionDecoder decoder => DecoderGraph.Write(this, layer, decoder),
            Attention attention => [AttentionGraph.Write(this, layer, attention)],
            Embedding => [Graph.Gather(Graph.Floats($"{values.Name}.weight", values["weight"], values.Slot("weight").Rows, values.Slot("weight").Columns),
            first.Value, 0)],
            Dense dense => [SimpleGraphs.Dense(Graph, values, dense, first)],
            TiedDense tied => [SimpleGraphs.Tied(this, values, tied, first)],
            Dropout => [first.Value],
            Activation activation => [SimpleGraphs.Apply(Graph, activation.Function, first.Value)],
            LayerNorm norm => [SimpleGraphs.Normalise(Graph, values, "", first.Value, (float)norm.Epsilon)],
            Pooling pooling => [SimpleGraphs.Pool(this, pooling.Mode, first)],
            LearnedState learned => [SimpleGraphs.Learned(this, values, learned)],
            Concatenate => [Graph.Concat(-1, [.. Model.ReadsOf(layer).Select(signal => Of(signal).Value)])],
            BoundaryStates boundary => [SimpleGraphs.AtBoundaries(this, boundary, [.. Model.ReadsOf(layer).Select(Of)])],
            Segments segments => [SimpleGraphs.Join(Graph, segments, first)],
            Flatten => [SimpleGraphs.Flatten(Graph, Model.OutputOf(layer), first)],
            _ => throw new InvalidInputException(
                $"the layer '{values.Name}' is of a kind, {spec.Kind}, that ONNX has no operators for here", "Export a model without it"),
        };
    }
}
