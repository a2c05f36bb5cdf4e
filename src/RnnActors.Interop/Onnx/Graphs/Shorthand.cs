using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Graphs;

/// <summary>Short forms of the operators that are used most.</summary>
internal static class Shorthand
{
    public static string Transpose(this OnnxGraph graph, string value, params long[] order) => graph.Add("Transpose", [value], Attributes.Of("perm", order));

    /// <param name="shape">0 keeps a dimension; -1 stands for the remaining one.</param>
    public static string Reshape(this OnnxGraph graph, string value, params long[] shape) => graph.Add("Reshape", [value, graph.Longs(shape)]);

    public static string Squeeze(this OnnxGraph graph, string value, params long[] axes) => graph.Add("Squeeze", [value, graph.Longs(axes)]);

    public static string Unsqueeze(this OnnxGraph graph, string value, params long[] axes) => graph.Add("Unsqueeze", [value, graph.Longs(axes)]);

    public static string Concat(this OnnxGraph graph, long axis, params string[] values) =>
        values.Length == 1 ? values[0] : graph.Add("Concat", values, Attributes.Of("axis", axis));

    public static string Cast(this OnnxGraph graph, string value, DataType type) => graph.Add("Cast", [value], Attributes.Of("to", (long)type));

    public static string Slice(this OnnxGraph graph, string value, long axis, long from, long to) =>
        graph.Add("Slice", [value, graph.Longs(from), graph.Longs(to), graph.Longs(axis)]);

    /// <summary>The size of a dimension, as a tensor with one element.</summary>
    public static string Extent(this OnnxGraph graph, string value, long axis) =>
        graph.Add("Shape", [value], Attributes.Of("start", axis), Attributes.Of("end", axis + 1));

    /// <summary>The range 0, 1, … below the size of a dimension.</summary>
    public static string Count(this OnnxGraph graph, string value, long axis) =>
        graph.Add("Range", [graph.Long(0), graph.Squeeze(graph.Extent(value, axis), 0), graph.Long(1)]);

    public static string Gather(this OnnxGraph graph, string value, string indices, long axis) =>
        graph.Add("Gather", [value, indices], Attributes.Of("axis", axis));
}
