using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Interop.Onnx.Graphs;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>Attention as operators: what depends on keys only, then the scores, weights and contexts of queries.</summary>
/// <param name="prefix">Prefix of its parameters' names, after the layer's.</param>
/// <param name="keys">The keys, which are the values too.</param>
internal sealed class AttentionGraph(NetworkGraph network, Values values, string prefix, AttentionScore score, GraphSignal keys)
{
    private readonly OnnxGraph _graph = network.Graph;
    private string _keys = "", _projected = "", _mask = "";

    /// <summary>Writes an attention layer.</summary>
    public static string Write(NetworkGraph network, int layer, Attention spec)
    {
        OnnxGraph graph = network.Graph;
        IReadOnlyList<int> reads = network.Model.ReadsOf(layer);
        (GraphSignal queries, GraphSignal keys) = (network.Of(reads[0]), network.Of(reads[1]));
        var attention = new AttentionGraph(network, network.ValuesOf(layer), "", spec.Score, keys);
        attention.Prepare(spec.Causal ? queries : null);
        string batchFirst = queries.Shape.IsSequence ? graph.Transpose(queries.Value, 1, 0, 2) : graph.Unsqueeze(queries.Value, 1);
        string context = attention.ContextOf(graph, batchFirst).Context;
        return queries.Shape.IsSequence ? graph.Transpose(context, 1, 0, 2) : graph.Squeeze(context, 1);
    }

    /// <summary>Computes what depends on keys only.</summary>
    /// <param name="causal">The queries, where each attends only to keys no later than itself; else null.</param>
    public void Prepare(GraphSignal? causal = null)
    {
        _keys = _graph.Transpose(keys.Value, 1, 0, 2);
        _projected = score switch
        {
            AttentionScore.General => Product(_graph, _keys, "weight"),
            AttentionScore.Additive => _graph.Add("Add",
            [Product(_graph, _keys, "key.weight"), _graph.Floats($"{values.Name}.{prefix}bias", values[prefix + "bias"], values.Slot(prefix + "bias").Rows)]),
            _ => _keys,
        };
        if (network.ActiveOf(keys) is { } active) _mask = _graph.Transpose(active, 1, 2, 0); // (B, 1, S)
        if (causal is null) return;
        string isNoLater = _graph.Add(
            "LessOrEqual", [_graph.Unsqueeze(_graph.Count(keys.Value, 0), 0, 1), _graph.Unsqueeze(_graph.Count(causal.Value, 0), 0, 2)]);
        _mask = _mask.Length > 0 ? _graph.Add("And", [_mask, isNoLater]) : isNoLater;
    }

    /// <summary>The contexts of queries (B, T, Q): (B, T, K), and the attention weights, (B, T, S).</summary>
    /// <param name="graph">The graph that holds the queries; it may be a subgraph.</param>
    public (string Context, string Weights) ContextOf(OnnxGraph graph, string queries)
    {
        string scores;
        if (score == AttentionScore.Additive)
        {
            string joined = graph.Add("Add", [graph.Unsqueeze(Product(graph, queries, "query.weight"), 2), graph.Unsqueeze(_projected, 1)]);
            int width = values.Slot(prefix + "score.weight").Rows;
            scores = graph.Squeeze(
                graph.Add("MatMul", [graph.Add("Tanh", [joined]),
                graph.Floats($"{values.Name}.{prefix}score.weight", values[prefix + "score.weight"], width, 1)]), 3);
        }
        else
        {
            scores = graph.Add("MatMul", [queries, graph.Transpose(_projected, 0, 2, 1)]);
            if (score == AttentionScore.ScaledDot) scores = graph.Add("Mul", [scores, graph.Float((float)(1 / Math.Sqrt(keys.Shape.Features)))]);
        }

        if (_mask.Length > 0) scores = graph.Add("Where", [_mask, scores, graph.Float(float.MinValue)]);
        string weights = graph.Add("Softmax", [scores], Attributes.Of("axis", -1));
        return (graph.Add("MatMul", [weights, _keys]), weights);
    }

    private string Product(OnnxGraph graph, string value, string name)
    {
        ParameterSlot slot = values.Slot(prefix + name);
        return graph.Add("MatMul", [value, graph.Floats($"{values.Name}.{prefix}{name}", values.Transposed(prefix + name), slot.Columns, slot.Rows)]);
    }
}
