using Google.Protobuf;
using RnnActors.Interop.Onnx.Graphs;
using RnnActors.Interop.OnnxSchema;

namespace RnnActors.Interop.Onnx.Files;

/// <summary>An ONNX file: opset 17, IR version 8, readable by ONNX 1.12 and later.</summary>
public sealed class OnnxFile
{
    private const int IrVersion = 8, Opset = 17;

    /// <summary>Protocol buffers are limited to 2 GB.</summary>
    private const long MaxBytes = int.MaxValue - 1024;

    private readonly ModelProto _model;

    internal OnnxFile(string part, OnnxGraph graph, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        Part = part;
        _model = new ModelProto { IrVersion = IrVersion, ProducerName = "RnnActors", Graph = graph.Proto };
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        _model.MetadataProps.Add(metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
    }

    /// <summary>Which part of the network the file holds, such as <c>encoder</c>; empty for the whole network.</summary>
    public string Part { get; }

    /// <summary>Names of the required inputs, in order. Inputs with a default are left out.</summary>
    public IReadOnlyList<string> Inputs
    {
        get
        {
            var given = _model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
            return [.. _model.Graph.Input.Select(input => input.Name).Where(name => !given.Contains(name))];
        }
    }

    public IReadOnlyList<string> Outputs => [.. _model.Graph.Output.Select(output => output.Name)];

    /// <exception cref="Core.Problems.InvalidInputException">The network is larger than the 2 GB of an ONNX file.</exception>
    public byte[] ToBytes() => _model.CalculateSize() is > 0 and < (int)MaxBytes
        ? _model.ToByteArray()
        : throw new Core.Problems.InvalidInputException("the network is larger than the 2 GB that an ONNX file can hold", "Export a smaller one");
}
