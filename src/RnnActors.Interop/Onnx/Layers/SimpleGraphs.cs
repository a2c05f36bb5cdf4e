using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using RnnActors.Interop.Onnx.Graphs;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>Layers without a state.</summary>
internal static class SimpleGraphs
{
    public static string Dense(OnnxGraph graph, Values values, Dense spec, GraphSignal input)
    {
        ParameterSlot slot = values.Slot("weight");
        string product = graph.Add("MatMul", [input.Value, graph.Floats($"{values.Name}.weight", values.Transposed("weight"), slot.Columns, slot.Rows)]);
        return Apply(graph, spec.Activation, graph.Add("Add", [product, graph.Floats($"{values.Name}.bias", values["bias"], slot.Rows)]));
    }

    public static string Tied(NetworkGraph network, Values values, TiedDense spec, GraphSignal input)
    {
        OnnxGraph graph = network.Graph;
        ParameterSlot slot = network.Model.Layout[$"{spec.Embedding}.weight"];
        float[] transposed = Values.Transposed(values.OfModel(slot.Name), slot.Rows, slot.Columns);
        string product = graph.Add("MatMul", [input.Value, graph.Floats($"{values.Name}.weight", transposed, slot.Columns, slot.Rows)]);
        return graph.Add("Add", [product, graph.Floats($"{values.Name}.bias", values["bias"], slot.Rows)]);
    }

    public static string Apply(OnnxGraph graph, ActivationFunction function, string value) => function switch
    {
        ActivationFunction.Tanh => graph.Add("Tanh", [value]),
        ActivationFunction.Relu => graph.Add("Relu", [value]),
        ActivationFunction.Sigmoid => graph.Add("Sigmoid", [value]),
        _ => value,
    };

    /// <param name="name">Prefix of its parameters' names.</param>
    public static string Normalise(OnnxGraph graph, Values values, string name, string value, float epsilon)
    {
        float[] weight = values[$"{name}weight"], bias = values[$"{name}bias"];
        return graph.Add(
            "LayerNormalization",
            [value, graph.Floats($"{values.Name}.{name}weight", weight, weight.Length), graph.Floats($"{values.Name}.{name}bias", bias, bias.Length)],
            Attributes.Of("axis", -1), Attributes.Of("epsilon", epsilon));
    }

    public static string Pool(NetworkGraph network, PoolingMode mode, GraphSignal input)
    {
        OnnxGraph graph = network.Graph;
        string? lengths = network.LengthsOf(input.Shape), active = network.ActiveOf(input);
        switch (mode)
        {
            case PoolingMode.Mean when active is null:
                return graph.Add("ReduceMean", [input.Value], Attributes.Of("axes", [0L]), Attributes.Of("keepdims", 0));
            case PoolingMode.Mean or PoolingMode.Sum:
                string kept = active is null ? input.Value : graph.Add("Where", [active, input.Value, graph.Float(0)]);
                string sum = graph.Add("ReduceSum", [kept, graph.Longs(0)], Attributes.Of("keepdims", 0));
                return mode == PoolingMode.Sum ? sum : graph.Add("Div", [sum, graph.Unsqueeze(graph.Cast(lengths!, DataType.Float), 1)]);
            case PoolingMode.Max:
                string seen = active is null ? input.Value : graph.Add("Where", [active, input.Value, graph.Float(float.MinValue)]);
                return graph.Add("ReduceMax", [seen], Attributes.Of("axes", [0L]), Attributes.Of("keepdims", 0));
            default:
                return Last(network, input);
        }
    }

    /// <summary>The last step of each row.</summary>
    public static string Last(NetworkGraph network, GraphSignal input)
    {
        OnnxGraph graph = network.Graph;
        if (network.LengthsOf(input.Shape) is not { } lengths) return graph.Gather(input.Value, graph.Long(-1), 0);
        string batchFirst = graph.Transpose(input.Value, 1, 0, 2);
        string index = graph.Unsqueeze(graph.Add("Sub", [lengths, graph.Long(1)]), 1);
        return graph.Add("GatherND", [batchFirst, index], Attributes.Of("batch_dims", 1));
    }

    public static string Learned(NetworkGraph network, Values values, LearnedState spec)
    {
        OnnxGraph graph = network.Graph;
        string shape = graph.Concat(0, network.Batch, graph.Longs(spec.Units));
        return graph.Add("Expand", [graph.Floats($"{values.Name}.weight", values["weight"], 1, spec.Units), shape]);
    }

    /// <summary>The state at each word's boundary, selected by a product with a 0/1 matrix: the k-th word gets the state of the k-th boundary.</summary>
    public static string AtBoundaries(NetworkGraph network, BoundaryStates spec, GraphSignal[] reads)
    {
        OnnxGraph graph = network.Graph;
        (GraphSignal states, GraphSignal words, GraphSignal characters) = (reads[0], reads[1], reads[2]);
        string isBoundary = graph.Add("Equal", [characters.Value, graph.Long(spec.Boundary)]);
        if (network.ActiveOf(states) is { } active) isBoundary = graph.Add("And", [isBoundary, graph.Squeeze(active, 2)]);
        string flags = graph.Transpose(graph.Cast(isBoundary, DataType.Int64), 1, 0);
        string number = graph.Add("Mul", [graph.Add("CumSum", [flags, graph.Long(1)]), flags]); // 1, 2, … at boundaries, 0 elsewhere
        string word = graph.Unsqueeze(graph.Add("Add", [graph.Count(words.Value, 0), graph.Long(1)]), 0, 2);
        string picked = graph.Cast(graph.Add("Equal", [word, graph.Unsqueeze(number, 1)]), DataType.Float);
        return graph.Transpose(graph.Add("MatMul", [picked, graph.Transpose(states.Value, 1, 0, 2)]), 1, 0, 2);
    }

    public static string Join(OnnxGraph graph, Segments spec, GraphSignal input)
    {
        string batchFirst = graph.Transpose(input.Value, 1, 0, 2);
        return graph.Transpose(graph.Reshape(batchFirst, 0, -1, (long)spec.Steps * input.Shape.Features), 1, 0, 2);
    }

    public static string Flatten(OnnxGraph graph, Shape output, GraphSignal input) => graph.Reshape(graph.Transpose(input.Value, 1, 0, 2), -1, output.Features);
}
