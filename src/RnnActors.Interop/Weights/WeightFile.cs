using System.Runtime.InteropServices;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Data.NumPy;

namespace RnnActors.Interop.Weights;

/// <summary>Reads parameters that PyTorch or Keras wrote, for one of our models.</summary>
public static class WeightFile
{
    /// <summary>The parameters of a file in the model's layout, (P).</summary>
    /// <param name="path">A state_dict in safetensors (PyTorch's names and shapes), or Keras's weights: .keras, .weights.h5, .h5, or an .npz in the order of
    /// <c>model.get_weights()</c>.</param>
    /// <param name="map">The file's module for a layer of ours, where shapes leave it open.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or does not fit the model: a tensor is missing, left over, or has another
    /// shape.</exception>
    public static float[] Read(string path, Model model, IReadOnlyDictionary<string, string>? map = null)
    {
        map ??= new Dictionary<string, string>();
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".SAFETENSORS":
                return new PyTorchWeights(path, Safetensors(path), model, map).Read();
            case ".NPZ":
                ImportedTensor[] tensors = [.. NpzFile.Read(path).Select(entry => new ImportedTensor(entry.Name, entry.Array.Shape, entry.Array.HasNumbers
                    ? entry.Array.ToFloats()
                    : throw new InvalidInputException($"'{entry.Name}' holds no numbers", "Give weights alone", new SourceLocation(path))))];
                return IsPyTorch(tensors) ? new PyTorchWeights(path, tensors, model, map).Read() : new KerasWeights(path, tensors, model).Read();
            case ".H5" or ".KERAS" or ".HDF5":
                return new KerasWeights(path, new KerasHdf5(path, model).Read(), model).Read();
            case ".PT" or ".PTH" or ".BIN" or ".PKL":
                throw new InvalidInputException(
                    "pickles are not read: reading one could run a program",
                    "In Python: safetensors.torch.save_file(model.state_dict(), 'weights.safetensors'); then import that",
                    new SourceLocation(path));
            default:
                throw new InvalidInputException("weights are read from .safetensors, .npz, .keras and .h5", "Give such a file", new SourceLocation(path));
        }
    }

    /// <summary>Whether tensors have the names of a state_dict.</summary>
    private static bool IsPyTorch(IEnumerable<ImportedTensor> tensors) =>
        tensors.Any(tensor => tensor.Name.EndsWith(".weight", StringComparison.Ordinal) || tensor.Name.Contains("weight_ih_l", StringComparison.Ordinal));

    private static ImportedTensor[] Safetensors(string path) =>
        [.. SafetensorsFile.Read(path).Tensors.Select(tensor => new ImportedTensor(tensor.Name, tensor.Shape, tensor.Type switch
    {
        TensorType.F32 => tensor.Values<float>().ToArray(),
        TensorType.F64 => [.. tensor.Values<double>().ToArray().Select(value => (float)value)],
        TensorType.F16 => [.. tensor.Values<Half>().ToArray().Select(value => (float)value)],
        TensorType.BF16 => [.. MemoryMarshal.Cast<byte, ushort>(tensor.Bytes).ToArray().Select(value => BitConverter.Int32BitsToSingle(value << 16))],
        _ => throw new InvalidInputException($"'{tensor.Name}' holds {tensor.Type.FormatName()}, and parameters are floating-point numbers",
        "Leave it out of the file, or save it as float32", new SourceLocation(path)),
    }))];
}
