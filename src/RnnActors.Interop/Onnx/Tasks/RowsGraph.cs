using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Interop.Onnx.Graphs;
using RnnActors.Interop.Onnx.Layers;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>
/// A network over independent rows. Inputs are (batch, steps) for tokens or (batch, steps, features) for values, and (batch) for lengths where rows are ragged.
/// Steps beyond a row's length are ignored.
/// </summary>
internal static class RowsGraph
{
    public static OnnxFile Write(ExportedModel exported, RowsExport task)
    {
        Model model = exported.Model;
        var graph = new OnnxGraph("network");
        string[] inputs = [.. Enumerable.Range(0, model.Inputs.Count).Select(i => Input(graph, model.Inputs[i], task.Inputs[i], AxisOf(model, i)))];
        var network = new NetworkGraph(graph, model, exported.Parameters) { Batch = graph.Extent(inputs[0], 1) };
        for (int i = 0; i < inputs.Length; i++)
        {
            network.Bind(i, inputs[i]);
            if (!task.Inputs[i].IsRagged) continue;
            string lengths = LengthsName(model, i);
            graph.Input(lengths, DataType.Int64, "batch");
            network.BindLengths(i, lengths);
        }

        network.Write();
        string[] extents = Outputs(graph, network.Output, model);
        Answer(graph, task.Answer, extents);
        return new OnnxFile("", graph, ExportedMetadata.Of(
            exported, [("outputs", task.Entries), .. task.Inputs.Select(input => ($"{input.Name}_vocabulary", input.Entries))]));
    }

    /// <summary>The name of the input that holds an input's lengths.</summary>
    public static string LengthsName(Model model, int input) => model.Inputs.Count == 1 ? "lengths" : $"{model.Inputs[input].Name}_lengths";

    /// <summary>The name of an input's dynamic dimension of steps.</summary>
    public static string AxisOf(Model model, int input) => model.Inputs.Count == 1 ? "steps" : $"{model.Inputs[input].Name}_steps";

    /// <summary>Declares an input and returns its value: tokens as (steps, batch), or scaled values as (steps, batch, features).</summary>
    public static string Input(OnnxGraph graph, NamedSignal signal, ExportedInput input, string axis)
    {
        if (signal.Shape.IsTokens)
        {
            graph.Input(signal.Name, DataType.Int64, "batch", axis);
            return graph.Transpose(signal.Name, 1, 0);
        }

        int features = signal.Shape.Features;
        graph.Input(signal.Name, DataType.Float, "batch", axis, $"{features}");
        string value = signal.Name;
        if (input.Offsets.Count > 0)
        {
            string moved = graph.Add("Sub", [graph.Cast(value, DataType.Double), graph.Doubles("offsets", [.. input.Offsets], features)]);
            value = graph.Cast(graph.Add("Div", [moved, graph.Doubles("spreads", [.. input.Spreads], features)]), DataType.Float);
        }

        return graph.Transpose(value, 1, 0, 2);
    }

    /// <summary>Declares the last layer's output as <c>output</c>.</summary>
    public static string[] Outputs(OnnxGraph graph, GraphSignal output, Model model)
    {
        string features = $"{output.Shape.Features}";
        string[] extents = output.Shape.IsSequence
            ? ["batch", output.Shape.Axis.StepsEach > 1 ? "output_steps" : AxisOf(model, output.Shape.Axis.Input), features]
            : ["batch", features];
        graph.Rename(output.Shape.IsSequence ? graph.Transpose(output.Value, 1, 0, 2) : output.Value, "output");
        graph.Output("output", DataType.Float, extents);
        return extents;
    }

    public static void Answer(OnnxGraph graph, ExportedAnswer answer, string[] extents)
    {
        if (answer == ExportedAnswer.Values) return;
        (string name, string op) = answer == ExportedAnswer.Probabilities ? ("probabilities", "Softmax") : ("log_probabilities", "LogSoftmax");
        graph.Rename(graph.Add(op, ["output"], Attributes.Of("axis", -1)), name);
        graph.Output(name, DataType.Float, extents);
    }
}
