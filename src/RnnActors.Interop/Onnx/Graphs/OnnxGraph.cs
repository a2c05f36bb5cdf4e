using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using RnnActors.Interop.OnnxSchema;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Graphs;

/// <summary>Builds a graph of ONNX operators, or a subgraph of an operator such as Scan, which sees the values of the graph around it. Names of values are
/// unique in the whole file.</summary>
internal sealed class OnnxGraph
{
    private readonly OnnxGraph _root;
    private readonly Dictionary<string, string> _constants = [];
    private readonly Dictionary<string, TensorProto> _parameters = [];
    private readonly Dictionary<string, int> _names = [];

    public OnnxGraph(string name) => (Proto, _root) = (new GraphProto { Name = name }, this);

    private OnnxGraph(string name, OnnxGraph root) => (Proto, _root) = (new GraphProto { Name = name }, root);

    public GraphProto Proto { get; }

    /// <summary>Prefix of the names of values created from now on: the layer's name.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Creates a subgraph for an operator.</summary>
    public OnnxGraph Inside(string name) => new(_root.NameFor(name), _root) { Scope = Scope };

    /// <summary>Adds an operator with one output.</summary>
    public string Add(string op, string[] inputs, params AttributeProto[] attributes) => Add(op, 1, inputs, attributes)[0];

    /// <summary>Adds an operator.</summary>
    /// <param name="inputs">Names of values; an empty name for an optional input that is left out.</param>
    public string[] Add(string op, int outputs, string[] inputs, params AttributeProto[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => _root.NameFor(Scope.Length > 0 ? $"{Scope}/{op}" : op))];
        Add(op, names, inputs, attributes);
        return names;
    }

    /// <summary>Gives a value a chosen name, such as that of an output.</summary>
    public void Rename(string value, string name) => Add("Identity", [name], [value], []);

    public void Input(string name, DataType type, params string[] extents) => Proto.Input.Add(Value(name, type, extents));

    public void Output(string name, DataType type, params string[] extents) => Proto.Output.Add(Value(name, type, extents));

    /// <summary>Adds an optional input with a default.</summary>
    /// <param name="extents">The declared dimensions: numbers, or names of dynamic dimensions.</param>
    public void Input(string name, ReadOnlySpan<float> standard, long[] shape, params string[] extents)
    {
        Proto.Input.Add(Value(name, DataType.Float, extents));
        Proto.Initializer.Add(Tensor(name, DataType.Float, MemoryMarshal.AsBytes(standard), shape));
    }

    /// <summary>Adds constant values under a name. Equal values of the same name are stored once.</summary>
    public string Floats(string name, ReadOnlySpan<float> values, params long[] shape) =>
        Parameter(Tensor(name, DataType.Float, MemoryMarshal.AsBytes(values), shape));

    /// <inheritdoc cref="Floats"/>
    public string Doubles(string name, ReadOnlySpan<double> values, params long[] shape) =>
        Parameter(Tensor(name, DataType.Double, MemoryMarshal.AsBytes(values), shape));

    public string Float(float value) => Constant($"f{value:R}", name => Tensor(name, DataType.Float, MemoryMarshal.AsBytes<float>([value]), []));

    public string Double(double value) => Constant($"d{value:R}", name => Tensor(name, DataType.Double, MemoryMarshal.AsBytes<double>([value]), []));

    public string Long(long value) => Constant($"l{value}", name => Tensor(name, DataType.Int64, MemoryMarshal.AsBytes<long>([value]), []));

    public string Longs(params long[] values) =>
        Constant($"l[{string.Join(',', values)}]", name => Tensor(name, DataType.Int64, MemoryMarshal.AsBytes<long>(values), [values.Length]));

    /// <summary>A constant tensor of 64-bit integers.</summary>
    public string LongTable(long[] values, params long[] shape) =>
        Constant($"l[{string.Join(',', values)}]{string.Join('x', shape)}", name => Tensor(name, DataType.Int64, MemoryMarshal.AsBytes<long>(values), shape));

    private string Parameter(TensorProto tensor)
    {
        string wanted = tensor.Name;
        if (_root._parameters.TryGetValue(wanted, out var known) && known.RawData.Equals(tensor.RawData)) return known.Name;
        tensor.Name = _root.NameFor(wanted);
        _root.Proto.Initializer.Add(tensor);
        _root._parameters[wanted] = tensor;
        return tensor.Name;
    }

    private string Constant(string key, Func<string, TensorProto> create)
    {
        if (_root._constants.TryGetValue(key, out string? known)) return known;
        string name = _root.NameFor("constant");
        _root.Proto.Initializer.Add(create(name));
        return _root._constants[key] = name;
    }

    private string NameFor(string wanted)
    {
        int number = _names.GetValueOrDefault(wanted);
        _names[wanted] = number + 1;
        return number == 0 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number}");
    }

    private void Add(string op, string[] outputs, string[] inputs, AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = _root.NameFor($"node:{outputs[0]}") };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        node.Attribute.Add(attributes);
        Proto.Node.Add(node);
    }

    private static TensorProto Tensor(string name, DataType type, ReadOnlySpan<byte> bytes, IEnumerable<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        return tensor;
    }

    private static ValueInfoProto Value(string name, DataType type, string[] extents)
    {
        var shape = new TensorShapeProto();
        foreach (string extent in extents)
        {
            shape.Dim.Add(long.TryParse(extent, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? new TensorShapeProto.Types.Dimension { DimValue = value }
                : new TensorShapeProto.Types.Dimension { DimParam = extent });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}
