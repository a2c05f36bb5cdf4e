using System.Globalization;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Interop.Onnx.Graphs;
using RnnActors.Interop.Onnx.Layers;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>
/// An encoder–decoder as two files. The encoder reads a source once and gives the memory for attention and the decoder's initial states. The decoder reads one
/// token of the target or several, and gives the logits of the next one and its states, which are fed back with it. Outputs of the encoder and inputs of the
/// decoder have the same names.
/// </summary>
internal static class PairsGraph
{
    private const int Source = 0, Target = 1;

    public static IReadOnlyList<OnnxFile> Write(ExportedModel exported, PairsExport task)
    {
        Model model = exported.Model;
        Crossing[] crossings = [.. Crossings(model)];
        Dictionary<string, string> metadata = ExportedMetadata.Of(exported, ("source_vocabulary", task.Source), ("target_vocabulary", task.Target));
        metadata["begin"] = task.Begin.ToString(CultureInfo.InvariantCulture);
        metadata["end"] = task.End.ToString(CultureInfo.InvariantCulture);
        return [new OnnxFile("encoder", Encoder(exported, crossings), metadata), new OnnxFile("decoder", Decoder(exported, crossings), metadata)];
    }

    private static OnnxGraph Encoder(ExportedModel exported, Crossing[] crossings)
    {
        Model model = exported.Model;
        var graph = new OnnxGraph("encoder");
        string source = RowsGraph.Input(graph, model.Inputs[Source], new ExportedInput(model.Inputs[Source].Name, IsRagged: true),
            RowsGraph.AxisOf(model, Source));
        var network = Bound(graph, exported, source, Source);
        network.Write(layer => !DependsOn(model, layer, Target));
        foreach (Crossing crossing in crossings)
        {
            GraphSignal signal = network.Of(crossing.Signal);
            if (crossing.Cells > 0)
            {
                graph.Rename(StateGraph.FromRows(graph, signal.Value, crossing.Cells, crossing.Units), crossing.Name);
                graph.Output(crossing.Name, DataType.Float, $"{crossing.Cells}", "batch", $"{crossing.Units}");
            }
            else
            {
                graph.Rename(signal.Shape.IsSequence ? graph.Transpose(signal.Value, 1, 0, 2) : signal.Value, crossing.Name);
                graph.Output(crossing.Name, DataType.Float, ExtentsOf(model, signal.Shape));
            }
        }

        return graph;
    }

    private static OnnxGraph Decoder(ExportedModel exported, Crossing[] crossings)
    {
        Model model = exported.Model;
        var graph = new OnnxGraph("decoder");
        string target = RowsGraph.Input(graph, model.Inputs[Target], new ExportedInput(model.Inputs[Target].Name, IsRagged: false),
            RowsGraph.AxisOf(model, Target));
        var network = new NetworkGraph(graph, model, exported.Parameters) { Batch = graph.Extent(target, 1) };
        network.Bind(Target, target);
        Crossing[] seen = [.. crossings.Where(crossing => crossing.Cells == 0)];
        foreach (Crossing crossing in seen)
        {
            Shape shape = model.Signals[crossing.Signal].Shape;
            graph.Input(crossing.Name, DataType.Float, ExtentsOf(model, shape));
            network.Bind(crossing.Signal, shape.IsSequence ? graph.Transpose(crossing.Name, 1, 0, 2) : crossing.Name);
        }

        if (seen.Any(crossing => model.Signals[crossing.Signal].Shape.IsSequence))
        {
            string lengths = RowsGraph.LengthsName(model, Source);
            graph.Input(lengths, DataType.Int64, "batch");
            network.BindLengths(Source, lengths);
        }

        network.Write(layer => DependsOn(model, layer, Target));
        RowsGraph.Answer(graph, ExportedAnswer.Probabilities, RowsGraph.Outputs(graph, network.Output, model));
        return graph;
    }

    private static NetworkGraph Bound(OnnxGraph graph, ExportedModel exported, string input, int number)
    {
        var network = new NetworkGraph(graph, exported.Model, exported.Parameters) { Batch = graph.Extent(input, 1), HasStates = false };
        network.Bind(number, input);
        string lengths = RowsGraph.LengthsName(exported.Model, number);
        graph.Input(lengths, DataType.Int64, "batch");
        network.BindLengths(number, lengths);
        return network;
    }

    /// <summary>The signals that cross from encoder to decoder, initial states among them.</summary>
    private static IEnumerable<Crossing> Crossings(Model model)
    {
        HashSet<string> known = [];
        for (int layer = 0; layer < model.Spec.Layers.Count; layer++)
        {
            if (!DependsOn(model, layer, Target)) continue;
            IReadOnlyList<int> reads = model.ReadsOf(layer);
            for (int i = 0; i < reads.Count; i++)
            {
                if (reads[i] == Target || IsOfTarget(model, reads[i])) continue;
                if (reads[i] == Source) throw new InvalidInputException($"the layer '{model.NameOf(layer)}' of the decoder reads the tokens of the source",
                    "Let it read a layer of the encoder");
                Crossing crossing = Of(model, layer, reads[i], i);
                if (known.Add(crossing.Name)) yield return crossing;
            }
        }
    }

    private static Crossing Of(Model model, int layer, int signal, int place) => model.Spec.Layers[layer] switch
    {
        Recurrent recurrent when place > 0 => new(signal, $"{model.NameOf(layer)}.{(place == 1 ? "h" : "c")}0", recurrent.Layers * recurrent.Directions,
            model.Signals[signal].Shape.Features / (recurrent.Layers * recurrent.Directions)),
        AttentionDecoder decoder when place > 1 => new(signal, $"{model.NameOf(layer)}.{(place == 2 ? "h" : "c")}0", 1, decoder.Units),
        _ => new(signal, model.Signals[signal].Name, 0, 0),
    };

    private static bool IsOfTarget(Model model, int signal) =>
        signal >= model.Inputs.Count
            && DependsOn(model, Enumerable.Range(0, model.Spec.Layers.Count).Last(layer => model.FirstSignalOf(layer) <= signal), Target);

    private static bool DependsOn(Model model, int layer, int input) => model.ReadsOf(layer).Any(read =>
        read == input || (read >= model.Inputs.Count
            && DependsOn(model, Enumerable.Range(0, model.Spec.Layers.Count).Last(other => model.FirstSignalOf(other) <= read), input)));

    private static string[] ExtentsOf(Model model, Shape shape) =>
        shape.IsSequence ? ["batch", RowsGraph.AxisOf(model, shape.Axis.Input), $"{shape.Features}"] : ["batch", $"{shape.Features}"];

    /// <param name="Signal">The signal's index.</param>
    /// <param name="Cells">Above 0 for initial states, (cells, batch, units).</param>
    private sealed record Crossing(int Signal, string Name, int Cells, int Units);
}
