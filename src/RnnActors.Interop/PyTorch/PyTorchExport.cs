using RnnActors.Core.Checkpoints;
using RnnActors.Core.Models;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.PyTorch;

/// <summary>Exports a network to PyTorch: its parameters as a state_dict in a safetensors file, and a torch.nn module that loads them unchanged.</summary>
public static class PyTorchExport
{
    /// <param name="path">Path of the safetensors file; the module is written beside it, with the extension .py.</param>
    /// <param name="parameters">(P).</param>
    /// <param name="metadata">Metadata of the safetensors file.</param>
    /// <returns>Path of the module's file.</returns>
    /// <exception cref="InvalidInputException">torch.nn has no module for a layer, or the files cannot be written.</exception>
    public static string Write(string path, Model model, ReadOnlyMemory<float> parameters, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        string module = new PyTorchModule(model).Write(Path.GetFileName(path)), beside = Path.ChangeExtension(path, ".py");
        NamedTensor[] tensors =
        [
            .. model.Layout.Slots.Select(slot => NamedTensor.Of(
                NameOf(slot), parameters.Slice(slot.Offset, slot.Length), [.. slot.Shape.Select(extent => (long)extent)])),
        ];
        try
        {
            DurableFile.Write(path, stream => SafetensorsFile.Write(stream, tensors, metadata));
            File.WriteAllText(beside, module);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"the network cannot be written: {e.Message.TrimEnd('.')}", "Give another file", new SourceLocation(path), e);
        }

        return beside;
    }

    /// <summary>A parameter's name in the state_dict, with the layer's name as a Python identifier.</summary>
    private static string NameOf(ParameterSlot slot) => slot.Name.LastIndexOf('.') is var dot and > 0
        ? $"{PyTorchModule.Identifier(slot.Name[..dot])}{slot.Name[dot..]}"
        : slot.Name;
}
