using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Interop.Onnx.Graphs;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>Initial and final states of layers, in PyTorch's shape: (layers · directions, B, H).</summary>
internal static class StateGraph
{
    /// <summary>The initial states: the output of another layer, or an optional input of the graph whose default is zeros or a learned vector.</summary>
    /// <param name="name">Name of the input: <c>lstm.h0</c>.</param>
    /// <param name="signal">Index of the signal that holds the initial states; below 0 for none.</param>
    public static string Initial(NetworkGraph network, string name, int signal, int cells, int units)
    {
        OnnxGraph graph = network.Graph;
        if (signal >= 0 && !network.IsKnown(signal))
        {
            graph.Input(name, DataType.Float, $"{cells}", "batch", $"{units}");
            return name;
        }

        int learned = signal < 0 ? -1 : LearnedAt(network.Model, signal);
        if (signal >= 0 && learned < 0) return FromRows(graph, network.Of(signal).Value, cells, units);
        float[] standard = learned >= 0 ? network.ValuesOf(learned)["weight"] : new float[cells * units];
        string value = name;
        if (network.HasStates) graph.Input(name, standard, [cells, 1, units], $"{cells}", "state_batch", $"{units}");
        else value = graph.Floats(name, standard, cells, 1, units);
        string shape = graph.Concat(0, graph.Longs(cells), network.Batch, graph.Longs(units));
        return graph.Add("Expand", [value, shape]);
    }

    /// <summary>Makes the final states an output of the graph.</summary>
    public static void Final(NetworkGraph network, string name, string value, int cells, int units)
    {
        if (!network.HasStates) return;
        network.Graph.Rename(value, name);
        network.Graph.Output(name, DataType.Float, $"{cells}", "batch", $"{units}");
    }

    /// <summary>Reshapes (B, cells · H) to (cells, B, H).</summary>
    public static string FromRows(OnnxGraph graph, string value, int cells, int units) => graph.Transpose(graph.Reshape(value, -1, cells, units), 1, 0, 2);

    /// <summary>Reshapes (cells, B, H) to (B, cells · H).</summary>
    public static string ToRows(OnnxGraph graph, string value, int cells, int units) => graph.Reshape(graph.Transpose(value, 1, 0, 2), -1, (long)cells * units);

    /// <summary>The index of the learned-state layer that gives a signal; below 0 where the signal comes from another layer.</summary>
    private static int LearnedAt(Model model, int signal) =>
        Enumerable.Range(0, model.Spec.Layers.Count)
            .FirstOrDefault(layer => model.Spec.Layers[layer] is LearnedState && model.FirstSignalOf(layer) == signal, -1);
}
