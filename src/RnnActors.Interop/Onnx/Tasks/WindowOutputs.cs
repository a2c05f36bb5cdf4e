using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Graphs;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>Converts a network's outputs back to the targets' own units.</summary>
/// <param name="transformed">(batch, rows, columns).</param>
internal sealed class WindowOutputs(OnnxGraph graph, WindowExport task, WindowInputs inputs, string transformed)
{
    /// <param name="scaled">(batch, targets · horizon), all steps of the first target first; in double.</param>
    /// <param name="isPoint">False for quantiles, which need no correction for the noise's variance.</param>
    /// <returns>(batch, horizon, targets).</returns>
    public string Write(string scaled, bool isPoint)
    {
        int targets = task.Targets.Count;
        string value = graph.Transpose(graph.Reshape(scaled, -1, targets, task.Horizon), 0, 2, 1);
        (string offsets, string spreads) = inputs.ScalesOf([.. task.Targets.Select(target => target.Scales)]);
        string before = graph.Gather(transformed, graph.Longs([.. task.Targets.Select(target => (long)target.Column)]), 2);
        if (task.Normalization != ExportedNormalization.None)
        {
            string window = graph.Slice(before, 1, task.Rows - task.Window, task.Rows);
            string level = task.Normalization == ExportedNormalization.Last ? graph.Slice(window, 1, task.Window - 1, task.Window) : Mean(window);
            if (task.Normalization == ExportedNormalization.Standard)
            {
                string moved = graph.Add("Div", [graph.Add("Sub", [window, level]), spreads]);
                string variance = graph.Add("Add", [Mean(graph.Add("Mul", [moved, moved])), graph.Double(task.MinVariance)]);
                value = graph.Add("Mul", [value, graph.Add("Sqrt", [variance])]);
            }

            value = graph.Add("Add", [value, graph.Add("Div", [graph.Add("Sub", [level, offsets]), spreads])]);
        }

        value = graph.Add("Add", [graph.Add("Mul", [value, spreads]), offsets]);
        if (task.RelativeTo != ExportedBase.None)
        {
            long[] rows = [.. Enumerable.Range(0, task.Horizon).Select(step =>
                task.RelativeTo == ExportedBase.Last ? task.Rows - 1 : task.Rows - task.Season + (long)(step % task.Season))];
            value = graph.Add("Add", [value, graph.Gather(before, graph.Longs(rows), 1)]);
        }

        return Undo(value, isPoint);
    }

    private string Undo(string value, bool isPoint)
    {
        if (task.Function == ExportedFunction.None) return value;
        double[] noise = [.. Enumerable.Range(0, task.Horizon).SelectMany(step => task.Targets.Select(target => isPoint ? target.NoiseVariances[step] : 0))];
        bool isLog = task.Function == ExportedFunction.Log;
        string raised = graph.Doubles("noise", [.. noise.Select(variance => isLog ? 0.5 * variance : variance)], 1, task.Horizon, task.Targets.Count);
        if (isLog) return graph.Add("Exp", [graph.Add("Add", [value, raised])]);
        string root = graph.Add("Max", [value, graph.Double(0)]);
        return graph.Add("Add", [graph.Add("Mul", [root, root]), raised]);
    }

    private string Mean(string values) => graph.Add("ReduceMean", [values], Attributes.Of("axes", [1L]), Attributes.Of("keepdims", 1));
}
