using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Interop.Onnx.Tasks;

namespace RnnActors.Interop.Onnx;

/// <summary>Writes trained networks as ONNX, for ONNX Runtime and others.</summary>
public static class OnnxExport
{
    /// <summary>The files of a network: one, or two for an encoder and a decoder.</summary>
    /// <param name="rows">How many rows a forecast reaches ahead; null for its horizon.</param>
    /// <exception cref="InvalidInputException">ONNX cannot express what the network computes.</exception>
    public static IReadOnlyList<OnnxFile> Create(ExportedModel exported, int? rows = null)
    {
        if (rows is not null && exported.Task is not WindowExport) throw new InvalidInputException("only a forecast has rows ahead", "Leave out --rows");
        return exported.Task switch
        {
            RowsExport task => [RowsGraph.Write(exported, task)],
            WindowExport task => [WindowGraph.Write(exported, task, rows ?? task.Horizon)],
            PairsExport task => PairsGraph.Write(exported, task),
            _ => throw new InvalidInputException($"a task of this kind ({exported.Task.GetType().Name}) is not exported to ONNX",
            "Export its parameters with --pytorch"),
        };
    }
}
