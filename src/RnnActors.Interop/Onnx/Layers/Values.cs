using RnnActors.Core.Parameters;

namespace RnnActors.Interop.Onnx.Layers;

/// <summary>The parameters of one layer, for an exporter.</summary>
/// <param name="parameters">(P).</param>
/// <param name="layer">The layer's name.</param>
internal sealed class Values(ParameterLayout layout, ReadOnlyMemory<float> parameters, string layer)
{
    public string Name => layer;

    public bool Has(string name) => layout.Slots.Any(slot => slot.Name == $"{layer}.{name}");

    public ParameterSlot Slot(string name) => layout[$"{layer}.{name}"];

    public float[] this[string name] => OfModel($"{layer}.{name}");

    /// <summary>A parameter of any layer, by its full name.</summary>
    public float[] OfModel(string name) => layout[name] is var slot ? parameters.Span.Slice(slot.Offset, slot.Length).ToArray() : [];

    /// <summary>(columns, rows).</summary>
    public float[] Transposed(string name)
    {
        ParameterSlot slot = Slot(name);
        return Transposed(this[name], slot.Rows, slot.Columns);
    }

    public static float[] Transposed(ReadOnlySpan<float> values, int rows, int columns)
    {
        float[] transposed = new float[rows * columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) transposed[(column * rows) + row] = values[(row * columns) + column];
        return transposed;
    }

    /// <summary>Values with their gates reordered.</summary>
    /// <param name="order">For each gate in the result, its index in ours.</param>
    public static float[] Reordered(float[] values, params int[] order)
    {
        int length = values.Length / order.Length;
        return [.. order.SelectMany(gate => values.Skip(gate * length).Take(length))];
    }
}
