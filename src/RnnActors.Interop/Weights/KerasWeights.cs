using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.Weights;

/// <summary>
/// Converts Keras's weights, in the order of <c>model.get_weights()</c>. Each layer has the kernel (I, gates · H), the recurrent kernel (H, gates · H) and the
/// bias; a Bidirectional layer has the forward direction first. Gates i, f, c, o and z, r, h become i, f, g, o and r, z, n. A GRU with reset_after has two
/// biases; the others have one, and our second one becomes zero.
/// </summary>
internal sealed class KerasWeights(string path, IReadOnlyList<ImportedTensor> tensors, Model model)
{
    private static readonly int[] LstmOrder = [0, 1, 2, 3], GruOrder = [1, 0, 2], OneGate = [0];

    private readonly float[] _parameters = new float[model.Layout.Length];
    private int _next;

    public float[] Read()
    {
        for (int layer = 0; layer < model.Spec.Layers.Count; layer++) Read(model.NameOf(layer), model.Spec.Layers[layer]);
        if (_next == tensors.Count) return _parameters;
        throw new InvalidInputException(
            $"no layer of the specification takes '{tensors[_next].Name}' "
            + $"{tensors[_next].ShownShape}{(tensors.Count - _next > 1 ? $" and {tensors.Count - _next - 1} more" : "")}",
            "Add the layer, or remove the array", new SourceLocation(path));
    }

    private void Read(string name, LayerSpec spec)
    {
        ParameterSlot[] slots = [.. model.Layout.Slots.Where(slot => slot.Name.StartsWith(name + ".", StringComparison.Ordinal))];
        if (slots.Length == 0) return;
        switch (spec)
        {
            case SimpleRnn or Gru or Lstm { Projection: 0, LayerNorm: false }:
                var recurrent = (Recurrent)spec;
                for (int layer = 0; layer < recurrent.Layers; layer++)
                    for (int direction = 0; direction < recurrent.Directions; direction++)
                        Read(name, recurrent, $"_l{layer}{(direction == 0 ? "" : "_reverse")}");
                break;
            case Embedding:
                ParameterSlot table = model.Layout[$"{name}.weight"];
                Store(table, Next($"the embedding of '{name}'", table.Rows, table.Columns));
                break;
            case Dense:
                ParameterSlot weight = model.Layout[$"{name}.weight"];
                Store(weight, Transposed(Next($"the kernel of '{name}'", weight.Columns, weight.Rows), weight.Columns, OneGate));
                if (IsNext(weight.Rows)) Store(model.Layout[$"{name}.bias"], Next($"the bias of '{name}'", weight.Rows));
                break;
            case LayerNorm:
                foreach (ParameterSlot slot in slots) Store(slot, Next($"'{slot.Name}'", slot.Rows));
                break;
            default:
                throw new InvalidInputException($"the layer '{name}' ({spec.Kind}) has parameters, and Keras has no such layer",
                    "Import a specification without it", new SourceLocation(path));
        }
    }

    private void Read(string name, Recurrent spec, string suffix)
    {
        ParameterSlot input = model.Layout[$"{name}.weight_ih{suffix}"], hidden = model.Layout[$"{name}.weight_hh{suffix}"];
        int[] order = spec is Lstm ? LstmOrder : spec is Gru ? GruOrder : OneGate;
        int rows = input.Rows;
        Store(input, Transposed(Next($"the kernel of '{name}{suffix}'", input.Columns, rows), input.Columns, order));
        Store(hidden, Transposed(Next($"the recurrent kernel of '{name}{suffix}'", hidden.Columns, rows), hidden.Columns, order));
        ParameterSlot first = model.Layout[$"{name}.bias_ih{suffix}"], second = model.Layout[$"{name}.bias_hh{suffix}"];
        if (spec is Gru && IsNext(2, rows))
        {
            float[] both = Next("", 2, rows);
            Store(first, Reordered(both[..rows], order));
            Store(second, Reordered(both[rows..], order));
        }
        else if (IsNext(rows))
        {
            if (spec is Gru)
            {
                throw new InvalidInputException(
                    $"'{tensors[_next].Name}' is the one bias of a GRU with reset_after=False, which resets the state before its product; that is another "
                    + $"function than the GRU here, of PyTorch and of cuDNN",
                    "Train it with reset_after=True, Keras's default", new SourceLocation(path));
            }

            Store(first, Reordered(Next("", rows), order));
        }
    }

    private bool IsNext(params long[] shape) => _next < tensors.Count && tensors[_next].HasShape(shape);

    private float[] Next(string what, params long[] shape)
    {
        if (_next == tensors.Count)
            throw new InvalidInputException($"the file ends before {what}, [{string.Join(", ", shape)}]", "Give a specification whose layers the file has",
                new SourceLocation(path));
        string? remedy = Remedy(tensors[_next], shape);
        return tensors[_next++].Take(what, path, shape, remedy);
    }

    /// <summary>Advice for a kernel of another shape: its shape and that of the next tensor tell which layer it belongs to.</summary>
    private string? Remedy(ImportedTensor tensor, long[] shape)
    {
        if (shape.Length == 2 && tensor.HasShape(shape[1], shape[0])) return "Transpose it: Keras's kernels are (inputs, outputs)";
        int after = _next + 1;
        if (after >= tensors.Count || tensor.Shape.Count != 2 || tensors[after].Shape is not [> 0 and var units, var columns]) return null;
        if (columns != tensor.Shape[1] || columns % units != 0) return null;
        string? kind = (columns / units) switch
        {
            1 => "simpleRnn",
            3 => "gru",
            4 => "lstm",
            _ => null,
        };
        return kind is null ? null : $$"""The specification of this layer is { "{{kind}}": {{units}} }""";
    }

    private void Store(ParameterSlot slot, float[] values) => values.CopyTo(_parameters, slot.Offset);

    private static float[] Reordered(float[] values, int[] order)
    {
        int length = values.Length / order.Length;
        return [.. order.SelectMany(gate => values.Skip(gate * length).Take(length))];
    }

    /// <summary>Transposes (inputs, gates · H) to (gates · H, inputs), with the gates in our order.</summary>
    private static float[] Transposed(float[] values, int inputs, int[] order)
    {
        int columns = values.Length / inputs, units = columns / order.Length;
        float[] made = new float[values.Length];
        for (int gate = 0; gate < order.Length; gate++)
            for (int unit = 0; unit < units; unit++)
                for (int i = 0; i < inputs; i++) made[(((gate * units) + unit) * inputs) + i] = values[(i * columns) + (order[gate] * units) + unit];
        return made;
    }
}
