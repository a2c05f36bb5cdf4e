using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Interop.Onnx.Graphs;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>A decoder with attention as a Scan over one step or many. The attention weights are an output of the graph: <c>decoder.attention</c>,
/// (B, T, S).</summary>
internal static class DecoderGraph
{
    /// <returns>With additive attention the states and then the contexts; otherwise only a, the attentional states.</returns>
    public static string[] Write(NetworkGraph network, int layer, AttentionDecoder spec)
    {
        OnnxGraph graph = network.Graph;
        Values values = network.ValuesOf(layer);
        IReadOnlyList<int> reads = network.Model.ReadsOf(layer);
        GraphSignal input = network.Of(reads[0]), memory = network.Of(reads[1]);
        bool isLstm = spec.Cell == DecoderCell.Lstm, readsContext = spec.Score == AttentionScore.Additive;
        string[] kinds = [.. Kinds(spec)];
        string[] initial = [.. kinds.Select((kind, i) => graph.Squeeze(
            StateGraph.Initial(network, $"{values.Name}.{kind}0", kind != "a" && reads.Count > 2 + i ? reads[2 + i] : -1, 1, spec.Units), 0))];
        var attention = new AttentionGraph(network, values, "attention.", spec.Score, memory);
        attention.Prepare();
        string product = Linear(graph, values, input.Value, "weight_ih", "bias_ih");
        string? active = network.ActiveOf(input);
        string[] scanned = active is null ? [product] : [product, active];

        OnnxGraph body = graph.Inside("step");
        string[] states = CellGraph.Declare(body, "state", kinds.Length, DataType.Float),
            read = CellGraph.Declare(body, "input", scanned.Length, DataType.Float);
        if (active is not null) body.Proto.Input[^1].Type.TensorType.ElemType = (int)DataType.Bool;
        (string Context, string Weights) Attend(string hidden)
        {
            var (context, weights) = attention.ContextOf(body, body.Unsqueeze(hidden, 1));
            return (body.Squeeze(context, 1), body.Squeeze(weights, 1));
        }

        (string context, string weights) = readsContext ? Attend(states[0]) : ("", "");
        string fed = readsContext ? context : states[^1];
        string given = body.Add("Add", [read[0], Linear(body, values, fed, "weight_fed", null)]),
            recurrent = Linear(body, values, states[0], "weight_hh", "bias_hh");
        List<string> next = [];
        if (isLstm)
        {
            (string h, string c) = CellGraph.LstmStep(body, body.Add("Add", [given, recurrent]), states[1], cell => cell);
            next.AddRange([h, c]);
        }
        else next.Add(GruStep(body, given, recurrent, states[0]));

        List<string> outputs = [next[0]];
        if (readsContext) outputs.Add(context);
        else
        {
            (context, weights) = Attend(next[0]);
            string combined = body.Add("Tanh", [Linear(body, values, body.Concat(-1, context, next[0]), "combine.weight", "combine.bias")]);
            next.Add(combined);
            outputs = [combined];
        }

        outputs.Add(weights);
        if (active is not null) next = [.. next.Select((value, i) => body.Add("Where", [read[^1], value, states[i]]))];
        outputs = [.. outputs.Select(value => body.Add("Identity", [value]))];
        for (int i = 0; i < next.Count + outputs.Count; i++)
            body.Output(i < next.Count ? next[i] : outputs[i - next.Count], DataType.Float, "batch", $"output{i}_width");

        string[] made = graph.Add(
            "Scan", next.Count + outputs.Count, [.. initial, .. scanned], Attributes.Of("body", body), Attributes.Of("num_scan_inputs", scanned.Length));
        for (int i = 0; i < kinds.Length; i++) StateGraph.Final(network, $"{values.Name}.{kinds[i]}n", graph.Unsqueeze(made[i], 0), 1, spec.Units);
        if (network.HasStates)
        {
            graph.Rename(graph.Transpose(made[^1], 1, 0, 2), $"{values.Name}.attention");
            graph.Output($"{values.Name}.attention", DataType.Float, "batch", "target_steps", "source_steps");
        }

        return made[kinds.Length..^1];
    }

    /// <summary>Names of the states that a decoder carries: h, c for an LSTM, and with input feeding a, which is computed from state and context and fed to the
    /// next step.</summary>
    public static IEnumerable<string> Kinds(AttentionDecoder spec) =>
        ["h", .. spec.Cell == DecoderCell.Lstm ? (string[])["c"] : [], .. spec.Score == AttentionScore.Additive ? [] : (string[])["a"]];

    private static string Linear(OnnxGraph graph, Values values, string value, string weight, string? bias)
    {
        ParameterSlot slot = values.Slot(weight);
        string product = graph.Add("MatMul", [value, graph.Floats($"{values.Name}.{weight}", values.Transposed(weight), slot.Columns, slot.Rows)]);
        return bias is null ? product : graph.Add("Add", [product, graph.Floats($"{values.Name}.{bias}", values[bias], slot.Rows)]);
    }

    /// <summary>A GRU's step: gates r, z, n, where the reset gate acts after the product.</summary>
    private static string GruStep(OnnxGraph body, string given, string recurrent, string hidden)
    {
        string[] a = body.Add("Split", 3, [given], Attributes.Of("axis", -1)), b = body.Add("Split", 3, [recurrent], Attributes.Of("axis", -1));
        string r = body.Add("Sigmoid", [body.Add("Add", [a[0], b[0]])]), z = body.Add("Sigmoid", [body.Add("Add", [a[1], b[1]])]);
        string n = body.Add("Tanh", [body.Add("Add", [a[2], body.Add("Mul", [r, b[2]])])]);
        return body.Add("Add", [n, body.Add("Mul", [z, body.Add("Sub", [hidden, n])])]);
    }
}
