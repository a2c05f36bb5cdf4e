using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.Weights;

/// <summary>
/// Reads a state_dict. Modules are matched to layers by name, or where names differ by kind and shapes, so the file need not be in the order of the layers. An
/// ambiguous match is refused until the user maps it. Biases of a module made with <c>bias=False</c> are zeros.
/// </summary>
internal sealed class PyTorchWeights(string path, IReadOnlyList<ImportedTensor> tensors, Model model, IReadOnlyDictionary<string, string> map)
{
    private readonly Dictionary<string, ImportedTensor> _byName = tensors.ToDictionary(tensor => tensor.Name);
    private readonly HashSet<string> _used = [];
    private readonly float[] _parameters = new float[model.Layout.Length];

    public float[] Read()
    {
        string[] modules = [.. tensors.Select(tensor => ModuleOf(tensor.Name)).Distinct()];
        (string Name, ParameterSlot[] Slots)[] layers =
        [
            .. Enumerable.Range(0, model.Spec.Layers.Count).Select(model.NameOf)
                .Select(name => (name, model.Layout.Slots.Where(slot => slot.Name.StartsWith(name + ".", StringComparison.Ordinal)).ToArray()))
                    .Where(layer => layer.Item2.Length > 0),
        ];
        if (map.Keys.FirstOrDefault(key => layers.All(layer => layer.Name != key)) is { } unknown)
            throw new InvalidInputException($"--map names the layer '{unknown}', and there is none",
                $"There are: {string.Join(", ", layers.Select(layer => layer.Name))}");
        if (map.FirstOrDefault(pair => !modules.Contains(pair.Value)) is { Value: { } strange } wrong)
            throw new InvalidInputException($"--map says that '{wrong.Key}' is '{strange}', and the file has no such module",
                $"It has: {string.Join(", ", modules.Select(module => $"'{module}'"))}", new SourceLocation(path));
        HashSet<string> taken = [.. map.Values];
        Dictionary<string, string> chosen = new(map);
        foreach ((string name, _) in layers.Where(layer => !chosen.ContainsKey(layer.Name) && modules.Contains(layer.Name) && !taken.Contains(layer.Name)))
        {
            chosen[name] = name;
            taken.Add(name);
        }

        foreach ((string name, ParameterSlot[] slots) in layers.Where(layer => !chosen.ContainsKey(layer.Name)))
        {
            string[] fitting = [.. modules.Where(module => !taken.Contains(module) && Fits(module, name, slots))];
            chosen[name] = fitting.Length switch
            {
                1 => fitting[0],
                0 => throw Missing(name, slots, [.. modules.Where(module => !taken.Contains(module))]),
                _ => throw new InvalidInputException(
                    $"the layer '{name}' may be any of {string.Join(", ", fitting.Select(module => $"'{module}'"))}", $"Say which: --map {name}={fitting[0]}",
                    new SourceLocation(path)),
            };
            taken.Add(chosen[name]);
        }

        foreach ((string name, ParameterSlot[] slots) in layers) Take(chosen[name], name, slots);
        string[] left = [.. tensors.Select(tensor => tensor.Name).Where(name => !_used.Contains(name))];
        if (left.Length == 0) return _parameters;
        throw new InvalidInputException(
            $"no layer of the specification takes "
            + $"{string.Join(", ", left.Take(5).Select(name => $"'{name}' {_byName[name].ShownShape}"))}"
            + $"{(left.Length > 5 ? $" and {left.Length - 5} more" : "")}",
            chosen.ContainsValue(ModuleOf(left[0])) && Described(ModuleOf(left[0])) is { } layer
                ? $"The specification of this module is {layer}" : "Add the layer, or remove the tensor",
            new SourceLocation(path));
    }

    private static string ModuleOf(string tensor) => tensor.LastIndexOf('.') is var dot and > 0 ? tensor[..dot] : "";

    private static string Joined(string module, string parameter) => module.Length > 0 ? $"{module}.{parameter}" : parameter;

    private static bool MayMiss(string parameter) => parameter.StartsWith("bias", StringComparison.Ordinal);

    private bool Fits(string module, string layer, ParameterSlot[] slots)
    {
        string[] own = [.. tensors.Select(tensor => tensor.Name).Where(name => ModuleOf(name) == module)];
        bool isWhole = slots.All(slot => _byName.TryGetValue(Joined(module, slot.Name[(layer.Length + 1)..]), out var tensor)
            ? tensor.Shape.SequenceEqual(slot.Shape.Select(extent => (long)extent))
            : MayMiss(slot.Name[(layer.Length + 1)..]));
        return isWhole && own.All(name => slots.Any(slot => Joined(module, slot.Name[(layer.Length + 1)..]) == name));
    }

    private void Take(string module, string layer, ParameterSlot[] slots)
    {
        foreach (ParameterSlot slot in slots)
        {
            string name = Joined(module, slot.Name[(layer.Length + 1)..]);
            if (_byName.TryGetValue(name, out ImportedTensor? tensor))
            {
                tensor.Take($"'{slot.Name}' of the specification", path, [.. slot.Shape.Select(extent => (long)extent)], Remedy(module, tensor, slot))
                    .CopyTo(_parameters, slot.Offset);
                _used.Add(name);
            }
            else if (!MayMiss(slot.Name[(layer.Length + 1)..]))
                throw IsCell(module) ? Cell(layer, module) : new InvalidInputException(
                    $"there is no '{name}', which the layer '{layer}' needs", "Give a specification whose layers the file has", new SourceLocation(path));
        }
    }

    /// <summary>The error for a layer without a module. It names the nearest one: a module with the same parameters in other shapes.</summary>
    private InvalidInputException Missing(string layer, ParameterSlot[] slots, string[] left)
    {
        foreach (string module in left)
        {
            foreach (ParameterSlot slot in slots)
            {
                string parameter = slot.Name[(layer.Length + 1)..];
                if (slot.Columns == 0 || !_byName.TryGetValue(Joined(module, parameter), out var tensor) || tensor.Shape.Count != 2) continue;
                if (tensor.Shape.SequenceEqual(slot.Shape.Select(extent => (long)extent))) continue;
                return new InvalidInputException(
                    $"'{tensor.Name}' is {tensor.ShownShape}, but '{slot.Name}' of the specification is [{string.Join(", ", slot.Shape)}]",
                    Remedy(module, tensor, slot) ?? "Give a specification whose layers have these shapes",
                    new SourceLocation(path));
            }
        }

        if (left.FirstOrDefault(IsCell) is { } cell) return Cell(layer, cell);
        return new InvalidInputException(
            $"the file has nothing for the layer '{layer}', whose '{slots[0].Name}' is [{string.Join(", ", slots[0].Shape)}]",
            left.Length > 0 ? $"It has left: {string.Join(", ", left.Select(module => module.Length > 0 ? $"'{module}'" : $"'{tensors[0].Name}'"))}"
                : "Leave the layer out", new SourceLocation(path));
    }

    /// <summary>Advice for a tensor of another shape; null for no particular advice.</summary>
    private string? Remedy(string module, ImportedTensor tensor, ParameterSlot slot) =>
        slot.Columns > 0 && slot.Columns != slot.Rows && tensor.HasShape(slot.Columns, slot.Rows) ? "Transpose it: PyTorch's weights are (outputs, inputs)"
        : Described(module) is { } found ? $"The specification of this module is {found}" : null;

    private bool IsCell(string module) => _byName.ContainsKey(Joined(module, "weight_hh"));

    private InvalidInputException Cell(string layer, string cell) => new(
        $"the file has nothing for the layer '{layer}', but the single cell '{cell}' of torch.nn", "Add _l0 to the names of its tensors: weight_ih_l0",
        new SourceLocation(path));

    /// <summary>The specification that fits a recurrent module's shapes: four gates are an LSTM's, three a GRU's, one an RNN's.</summary>
    private string? Described(string module)
    {
        if (!_byName.TryGetValue(Joined(module, "weight_hh_l0"), out ImportedTensor? hidden) || hidden.Shape.Count != 2) return null;
        long outputs = hidden.Shape[1], units = outputs, projection = 0;
        if (_byName.TryGetValue(Joined(module, "weight_hr_l0"), out ImportedTensor? projected) && projected.Shape.Count == 2)
            (units, projection) = (projected.Shape[1], outputs);
        if (units == 0 || hidden.Shape[0] % units != 0) return null;
        string? kind = (hidden.Shape[0] / units) switch
        {
            1 => "simpleRnn",
            3 => "gru",
            4 => "lstm",
            _ => null,
        };
        int layers = 1;
        while (_byName.ContainsKey(Joined(module, $"weight_hh_l{layers}"))) layers++;
        return kind is null ? null
            : $$"""{ "{{kind}}": {{units}}{{(layers > 1 ? $", \"layers\": {layers}" : "")}}{{(projection > 0 ? $", \"projection\": {projection}" : "")}}"""
            + (_byName.ContainsKey(Joined(module, "weight_hh_l0_reverse")) ? ", \"bidirectional\": true }" : " }");
    }
}
