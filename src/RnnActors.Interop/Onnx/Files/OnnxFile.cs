using Google.Protobuf;
using RnnActors.Interop.Onnx.Graphs;
using RnnActors.Interop.OnnxSchema;

namespace RnnActors.Interop.Onnx.Files;

/// <summary>An ONNX file: opset 17, IR version 8, which ONNX 1.12 and all later ones read.</summary>
public sealed class OnnxFile
{
    private const int IrVersion = 8, Opset = 17;

    /// <summary>Protocol buffers end below 2 GB.</summary>
    private const long MaxBytes = int.MaxValue - 1024;

    private readonly ModelProto _model;

    internal OnnxFile(string part, OnnxGraph graph, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        Part = part;
        _model = new ModelProto { IrVersion = IrVersion, ProducerName = "RnnActors", Graph = graph.Proto };
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        _model.MetadataProps.Add(metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
    }

    /// <summary>What the file is a part of a network: <c>encoder</c>; empty for all of it.</summary>
    public string Part { get; }

    /// <summary>What is fed, in order: those that may be left out are not among them.</summary>
    public IReadOnlyList<string> Inputs
    {
        get
        {
            var given = _model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
            return [.. _model.Graph.Input.Select(input => input.Name).Where(name => !given.Contains(name))];
        }
    }

    public IReadOnlyList<string> Outputs => [.. _model.Graph.Output.Select(output => output.Name)];

    /// <exception cref="Core.Problems.InvalidInputException">It is larger than such a file can be.</exception>
    public byte[] ToBytes() => _model.CalculateSize() is > 0 and < (int)MaxBytes
        ? _model.ToByteArray()
        : throw new Core.Problems.InvalidInputException("the network is larger than the 2 GB that an ONNX file can hold", "Export a smaller one");
}
