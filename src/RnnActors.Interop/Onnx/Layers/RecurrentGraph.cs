using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Interop.Onnx.Graphs;
using RnnActors.Interop.OnnxSchema;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>
/// Stacks of recurrent layers. RNN, LSTM, and GRU with the reset gate after the product use ONNX's operators. Others are written as a Scan over their equations
/// (<see cref="CellGraph"/>).
/// </summary>
internal static class RecurrentGraph
{
    /// <returns>The outputs, the final hidden states, and the final cells where there are any.</returns>
    public static string[] Write(NetworkGraph network, int layer, Recurrent spec)
    {
        OnnxGraph graph = network.Graph;
        Values values = network.ValuesOf(layer);
        IReadOnlyList<int> reads = network.Model.ReadsOf(layer);
        GraphSignal input = network.Of(reads[0]);
        int cells = spec.Layers * spec.Directions, units = spec is Lstm { Projection: > 0 and var projected } ? projected : spec.Units;
        string[] kinds = spec is Lstm ? ["h", "c"] : ["h"];
        int[] widths = spec is Lstm ? [units, spec.Units] : [units];
        string[] initial = [.. kinds.Select((kind, i) =>
            StateGraph.Initial(network, $"{values.Name}.{kind}0", reads.Count > 1 ? reads[1 + i] : -1, cells, widths[i]))];
        List<string>[] final = [.. kinds.Select(_ => new List<string>())];
        string below = input.Value;
        string lastSteps = "";
        for (int number = 0; number < spec.Layers; number++)
        {
            int first = number * spec.Directions;
            string[] own = [.. initial.Select(state => cells == spec.Directions ? state : graph.Slice(state, 0, first, first + spec.Directions))];
            var place = new RecurrentPart(network, spec, values, number, new GraphSignal(below, input.Shape), own);
            string[] made = HasOperator(spec) ? Operator(place) : CellGraph.Write(place);
            below = made[0];
            for (int i = 0; i < kinds.Length; i++) final[i].Add(made[1 + i]);
            lastSteps = StateGraph.ToRows(graph, made[1], spec.Directions, units);
        }

        string[] ends = [.. final.Select(parts => graph.Concat(0, [.. parts]))];
        for (int i = 0; i < kinds.Length; i++) StateGraph.Final(network, $"{values.Name}.{kinds[i]}n", ends[i], cells, widths[i]);
        return [spec.ReturnSequences ? below : lastSteps, .. ends.Select((end, i) => StateGraph.ToRows(graph, end, cells, widths[i]))];
    }

    private static bool HasOperator(Recurrent spec) => spec is SimpleRnn or Gru or Lstm { Projection: 0, LayerNorm: false };

    private static string[] Operator(RecurrentPart part)
    {
        (Recurrent spec, OnnxGraph graph) = (part.Spec, part.Network.Graph);
        int gates = spec is Lstm ? 4 : spec is Gru ? 3 : 1, units = spec.Units, rows = gates * units, features = part.Features;
        int[] order = spec is Lstm ? [0, 3, 1, 2] : spec is Gru ? [1, 0, 2] : [0]; // ONNX's i, o, f, c from i, f, g, o; z, r, h from r, z, n
        float[] Gates(string name) => [.. part.Suffixes.SelectMany(suffix => Values.Reordered(part.Values[name + suffix], order))];
        float[] biases = [.. part.Suffixes.SelectMany(suffix => (float[])
        [
            .. Values.Reordered(part.Values["bias_ih" + suffix], order), .. Values.Reordered(part.Values["bias_hh" + suffix], order),
        ])];
        string name = $"{part.Values.Name}_l{part.Number}.";
        string[] inputs =
        [
            part.Input.Value, graph.Floats(name + "W", Gates("weight_ih"), spec.Directions, rows, features),
            graph.Floats(name + "R", Gates("weight_hh"), spec.Directions, rows, units),
            graph.Floats(name + "B", biases, spec.Directions, 2 * rows),
            part.Network.LengthsOf(part.Input.Shape) is { } lengths ? graph.Cast(lengths, DataType.Int32) : "",
            .. part.Initial,
        ];
        var attributes = new List<AttributeProto>
        {
            Attributes.Of("hidden_size", units), Attributes.Of("direction", spec.Bidirectional ? "bidirectional" : "forward"),
        };
        if (spec is Gru) attributes.Add(Attributes.Of("linear_before_reset", 1));
        if (spec is SimpleRnn rnn)
        {
            attributes.Add(Attributes.Of("activations", [.. Enumerable.Repeat(NameOf(rnn.Activation), spec.Directions)]));
            if (rnn.Activation == ActivationFunction.Linear)
            {
                attributes.Add(Attributes.Of("activation_alpha", [.. Enumerable.Repeat(1f, spec.Directions)]));
                attributes.Add(Attributes.Of("activation_beta", [.. Enumerable.Repeat(0f, spec.Directions)]));
            }
        }

        string[] made = graph.Add(spec is Lstm ? "LSTM" : spec is Gru ? "GRU" : "RNN", spec is Lstm ? 3 : 2, inputs, [.. attributes]);
        made[0] = spec.Bidirectional ? graph.Reshape(graph.Transpose(made[0], 0, 2, 1, 3), 0, 0, 2L * units) : graph.Squeeze(made[0], 1);
        return made;
    }

    private static string NameOf(ActivationFunction function) => function switch
    {
        ActivationFunction.Tanh => "Tanh",
        ActivationFunction.Relu => "Relu",
        ActivationFunction.Sigmoid => "Sigmoid",
        ActivationFunction.Linear => "Affine",
        _ => throw new InvalidInputException($"ONNX's RNN has no activation {function}", "Export a model without it"),
    };
}

/// <summary>One layer of a stack, in one direction or both.</summary>
/// <param name="Number">Index in the stack.</param>
/// <param name="Initial">(directions, B, H): the initial hidden states, and the initial cells where there are any.</param>
internal sealed record RecurrentPart(NetworkGraph Network, Recurrent Spec, Values Values, int Number, GraphSignal Input, string[] Initial)
{
    /// <summary>Suffixes of the parameters' names, one per direction.</summary>
    public string[] Suffixes => Spec.Bidirectional ? [$"_l{Number}", $"_l{Number}_reverse"] : [$"_l{Number}"];

    /// <summary>Number of values that it reads per step.</summary>
    public int Features => Values.Slot("weight_ih" + Suffixes[0]).Columns;
}
