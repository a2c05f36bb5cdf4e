using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Layers;
using RnnActors.Core.Problems;
using RnnActors.Interop.Onnx.Graphs;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>
/// Recurrent layers for which ONNX has no operator, written as a Scan: minimal GRU and LSTM, and LSTM with projection or layer norm. What does not depend on
/// the state is computed before it, for all steps at once.
/// </summary>
internal static class CellGraph
{
    private const float Epsilon = 1e-5f;

    /// <returns>The outputs, (T, B, directions · H), the final hidden states, and the final cells where there are any, (directions, B, H).</returns>
    public static string[] Write(RecurrentPart part)
    {
        OnnxGraph graph = part.Network.Graph;
        string? lengths = part.Network.LengthsOf(part.Input.Shape), active = part.Network.ActiveOf(part.Input);
        List<string> outputs = [];
        List<string>[] final = [.. part.Initial.Select(_ => new List<string>())];
        for (int direction = 0; direction < part.Suffixes.Length; direction++)
        {
            // Rows of unequal length are reversed each within its own length. Where all are equal the Scan runs backwards.
            bool isReverse = direction == 1;
            string Turned(string value) => isReverse && lengths is not null
                ? graph.Add("ReverseSequence", [value, lengths], Attributes.Of("time_axis", 0), Attributes.Of("batch_axis", 1))
                : value;
            string suffix = part.Suffixes[direction];
            int own = direction;
            string[] initial = [.. part.Initial.Select(state => graph.Squeeze(graph.Slice(state, 0, own, own + 1), 0))];
            string[] scanned = Inputs(part, suffix, Turned(part.Input.Value));
            if (active is not null) scanned = [.. scanned, active];
            OnnxGraph body = graph.Inside("step");
            string[] states = Declare(body, "state", part.Initial.Length, DataType.Float), read = Declare(body, "input", scanned.Length, DataType.Float);
            string[] next = Step(part, body, suffix, states, read);
            if (active is not null)
            {
                body.Proto.Input[^1].Type.TensorType.ElemType = (int)DataType.Bool;
                next = [.. next.Select((value, i) => body.Add("Where", [read[^1], value, states[i]]))];
            }

            string output = body.Add("Identity", [next[0]]);
            foreach (string value in (string[])[.. next, output]) body.Output(value, DataType.Float, "batch", "width");
            long backward = isReverse && lengths is null ? 1 : 0;
            string[] made = graph.Add("Scan", initial.Length + 1, [.. initial, .. scanned], Attributes.Of("body", body),
                Attributes.Of("num_scan_inputs", scanned.Length),
                Attributes.Of("scan_input_directions", [.. Enumerable.Repeat(backward, scanned.Length)]), Attributes.Of("scan_output_directions", [backward]));
            outputs.Add(Turned(made[^1]));
            for (int i = 0; i < final.Length; i++) final[i].Add(graph.Unsqueeze(made[i], 0));
        }

        return [graph.Concat(-1, [.. outputs]), .. final.Select(parts => graph.Concat(0, [.. parts]))];
    }

    /// <summary>Declares inputs of a subgraph.</summary>
    public static string[] Declare(OnnxGraph body, string name, int count, DataType type)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(i => $"{body.Proto.Name}.{name}{i}")];
        foreach (string own in names) body.Input(own, type, "batch", $"{name}_width");
        return names;
    }

    /// <summary>Computes what each step reads that does not depend on the state.</summary>
    private static string[] Inputs(RecurrentPart part, string suffix, string input)
    {
        OnnxGraph graph = part.Network.Graph;
        string name = part.Values.Name;
        string weight = "weight_ih" + suffix;
        string product = graph.Add(
            "MatMul", [input, graph.Floats($"{name}.{weight}", part.Values.Transposed(weight), part.Features, part.Values.Slot(weight).Rows)]);
        if (part.Values.Has("bias_ih" + suffix))
        {
            float[] bias = part.Values["bias_ih" + suffix];
            if (part.Values.Has("bias_hh" + suffix)) bias = [.. bias.Zip(part.Values["bias_hh" + suffix], (a, b) => a + b)]; // both are in the same sum
            product = graph.Add("Add", [product, graph.Floats($"{name}.bias{suffix}", bias, bias.Length)]);
        }

        switch (part.Spec)
        {
            case MinGru:
                string[] gates = graph.Add("Split", 2, [product], Attributes.Of("axis", -1));
                string z = graph.Add("Sigmoid", [gates[0]]);
                return [graph.Add("Sub", [graph.Float(1), z]), graph.Add("Mul", [z, gates[1]])];
            case MinLstm:
                string[] three = graph.Add("Split", 3, [product], Attributes.Of("axis", -1));
                // i / (f + i) by the gates' logarithms: as float32, ONNX Runtime's sigmoid of -20 is 0, and the quotient of two such is not a number.
                string share = graph.Add("Sigmoid", [graph.Add("Sub", [MinusLogSigmoid(graph, three[0]), MinusLogSigmoid(graph, three[1])])]);
                return [graph.Add("Sub", [graph.Float(1), share]), graph.Add("Mul", [share, three[2]])];
            case Lstm { LayerNorm: true }:
                return [SimpleGraphs.Normalise(graph, part.Values, $"norm_ih{suffix}.", product, Epsilon)];
            case Lstm:
                return [product];
            default:
                throw new InvalidInputException($"the layer '{name}' is of a kind, {part.Spec.Kind}, that ONNX has no operators for here",
                    "Export a model without it");
        }
    }

    /// <summary>−log σ(x), whose argument has the cell's lower limit.</summary>
    private static string MinusLogSigmoid(OnnxGraph graph, string x) =>
        graph.Add("Softplus", [graph.Add("Neg", [graph.Add("Max", [x, graph.Float(MinLstmCell.MinArgument)])])]);

    /// <summary>Computes the states after a step.</summary>
    private static string[] Step(RecurrentPart part, OnnxGraph body, string suffix, string[] states, string[] read)
    {
        if (part.Spec is not Lstm lstm) return [body.Add("Add", [body.Add("Mul", [read[0], states[0]]), read[1]])];
        string weight = "weight_hh" + suffix;
        string product = body.Add(
            "MatMul", [states[0],
            body.Floats($"{part.Values.Name}.{weight}", part.Values.Transposed(weight), part.Values.Slot(weight).Columns, part.Values.Slot(weight).Rows)]);
        if (lstm.LayerNorm) product = SimpleGraphs.Normalise(body, part.Values, $"norm_hh{suffix}.", product, Epsilon);
        (string h, string c) = LstmStep(body, body.Add("Add", [read[0], product]), states[1], cell =>
            lstm.LayerNorm ? SimpleGraphs.Normalise(body, part.Values, $"norm_c{suffix}.", cell, Epsilon) : cell);
        if (lstm.Projection > 0)
            h = body.Add("MatMul",
                [h, body.Floats($"{part.Values.Name}.weight_hr{suffix}", part.Values.Transposed("weight_hr" + suffix), lstm.Units, lstm.Projection)]);
        return [h, c];
    }

    /// <param name="gates">i, f, g, o before their activations.</param>
    /// <param name="change">Applied to the new cell before it is carried on (layer norm).</param>
    public static (string H, string C) LstmStep(OnnxGraph body, string gates, string cell, Func<string, string> change)
    {
        string[] parts = body.Add("Split", 4, [gates], Attributes.Of("axis", -1));
        string forgotten = body.Add("Mul", [body.Add("Sigmoid", [parts[1]]), cell]);
        string c = change(body.Add("Add", [forgotten, body.Add("Mul", [body.Add("Sigmoid", [parts[0]]), body.Add("Tanh", [parts[2]])])]));
        return (body.Add("Mul", [body.Add("Sigmoid", [parts[3]]), body.Add("Tanh", [c])]), c);
    }
}
