using System.Globalization;
using System.IO.Compression;
using PureHDF;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.Weights;

/// <summary>
/// Reads the weights in Keras's HDF5 files, in the order of <c>model.get_weights()</c>. Files of Keras 2 (<c>.h5</c>) list their layers and weights as
/// attributes. Those of Keras 3 (<c>.weights.h5</c>, and inside <c>.keras</c>) have a group for each layer, named by its class and numbered within the class
/// (<c>lstm</c>, <c>lstm_1</c>, <c>dense</c>), so the specification determines the order of the classes.
/// </summary>
internal sealed class KerasHdf5(string path, Model model)
{
    private const string WeightsOfArchive = "model.weights.h5", LayerNames = "layer_names", WeightNames = "weight_names", Variables = "vars";

    /// <summary>The deepest nesting of groups. Keras has five levels: layers, a layer, its direction, its cell, its variables.</summary>
    private const int MaxDepth = 6;

    private static readonly string[] Containers = ["layers", "_layer_checkpoint_dependencies"],
        ChildOrder = ["forward_layer", "backward_layer", "cell", "layer"];

    /// <summary>The largest file. Optimisers store a few values per parameter; a larger file cannot hold this model's weights.</summary>
    private long MaxBytes => (64L << 20) + (64L * model.Layout.Length);

    /// <exception cref="InvalidInputException">It is not such a file, or is damaged.</exception>
    public ImportedTensor[] Read()
    {
        try
        {
            using Stream stream = Open();
            Hdf5Validator.Check(stream, path);
            using var file = H5File.Open(stream);
            IH5Group root = file.LinkExists("model_weights") ? file.Group("model_weights") : file;
            if (Has(root, LayerNames)) return [.. Listed(root)];
            return Containers.FirstOrDefault(file.LinkExists) is { } container
                ? [.. ByClass(file.Group(container), container)]
                : throw Refuse("it has neither the layers of Keras 2 nor those of Keras 3");
        }
        catch (Exception problem) when (problem is not InvalidInputException) // the library has no exception type of its own; a damaged length is OutOfMemory
        {
            throw new InvalidInputException(
                $"it cannot be read as HDF5: {problem.Message}", "Save the model again with Keras, or give its weights as .npz", new SourceLocation(path),
                problem);
        }
    }

    private Stream Open()
    {
        if (!Path.GetExtension(path).Equals(".keras", StringComparison.OrdinalIgnoreCase))
            return new FileInfo(path).Length <= MaxBytes ? File.OpenRead(path) : throw Refuse("it is far larger than the specification's model");
        using ZipArchive archive = ZipFile.OpenRead(path);
        ZipArchiveEntry entry = archive.GetEntry(WeightsOfArchive) ?? throw Refuse($"the archive has no {WeightsOfArchive}");
        if (entry.Length > MaxBytes) throw Refuse("it is far larger than the specification's model");
        byte[] content = new byte[entry.Length];
        using Stream packed = entry.Open();
        packed.ReadExactly(content);
        return new MemoryStream(content);
    }

    /// <summary>The tensors of a Keras 2 file, as its attributes list them.</summary>
    private IEnumerable<ImportedTensor> Listed(IH5Group root)
    {
        foreach (string layer in Texts(root, LayerNames))
        {
            IH5Group group = root.Group(layer);
            foreach (string weight in Texts(group, WeightNames)) yield return Tensor(group.Dataset(weight), weight);
        }
    }

    /// <summary>The tensors of a Keras 3 file in the order of our layers, then those that no layer takes, which the caller refuses by name.</summary>
    private IEnumerable<ImportedTensor> ByClass(IH5Group container, string name)
    {
        Dictionary<string, Queue<string>> ofClass = container.Children().OfType<IH5Group>().Select(group => group.Name)
            .GroupBy(ClassOf).ToDictionary(group => group.Key, group => new Queue<string>(group.OrderBy(NumberOf)));
        foreach (var (layer, spec) in model.Spec.Layers.Index())
        {
            if (ClassesOf(spec) is not { } classes) continue;
            for (int i = 0; i < (spec is Recurrent stack ? stack.Layers : 1); i++)
            {
                string found = classes.FirstOrDefault(one => ofClass.TryGetValue(one, out var left) && left.Count > 0) ?? throw new InvalidInputException(
                    $"the file has no {(i > 0 ? "further " : "")}{classes[0]} layer for '{model.NameOf(layer)}'",
                    "Give a specification whose layers the file has", new SourceLocation(path));
                string group = ofClass[found].Dequeue();
                foreach (ImportedTensor tensor in Tensors(container.Group(group), $"{name}/{group}", MaxDepth)) yield return tensor;
            }
        }

        foreach (string left in ofClass.Values.SelectMany(names => names))
            foreach (ImportedTensor tensor in Tensors(container.Group(left), $"{name}/{left}", MaxDepth)) yield return tensor;
    }

    /// <summary>A group's own variables, then those of its subgroups. The state of a random generator is not a weight and is left out.</summary>
    private IEnumerable<ImportedTensor> Tensors(IH5Group group, string name, int depth)
    {
        if (depth == 0) throw Refuse($"'{name}' has endlessly nested groups");
        if (group.LinkExists(Variables))
        {
            IH5Group variables = group.Group(Variables);
            foreach (string variable in variables.Children().OfType<IH5Dataset>().Select(dataset => dataset.Name).OrderBy(NumberOf))
                yield return Tensor(variables.Dataset(variable), $"{name}/{Variables}/{variable}");
        }

        string[] parts = [.. group.Children().OfType<IH5Group>().Select(part => part.Name).Where(part => part is not (Variables or "seed_generator"))];
        foreach (string part in parts.OrderBy(part => Array.IndexOf(ChildOrder, part) is var at and >= 0 ? at : ChildOrder.Length))
            foreach (ImportedTensor tensor in Tensors(group.Group(part), $"{name}/{part}", depth - 1)) yield return tensor;
    }

    private ImportedTensor Tensor(IH5Dataset dataset, string name)
    {
        long[] shape = [.. dataset.Space.Dimensions.Select(extent => checked((long)extent))];
        long length = shape.Aggregate(1L, (product, extent) => checked(product * extent));
        if (length > model.Layout.Length)
            throw new InvalidInputException($"'{name}' has {length} values, more than the whole model", "Give the specification of this model",
                new SourceLocation(path));
        if (dataset.Type.Class != H5DataTypeClass.FloatingPoint)
            throw new InvalidInputException($"'{name}' holds no floating-point numbers that can be read", "Give weights alone, as float32",
                new SourceLocation(path));
        float[] values = dataset.Type.Size switch
        {
            2 => [.. dataset.Read<Half[]>().Select(value => (float)value)],
            4 => dataset.Read<float[]>(),
            8 => [.. dataset.Read<double[]>().Select(value => (float)value)],
            _ => throw new InvalidInputException($"'{name}' holds numbers of {dataset.Type.Size} bytes", "Save it as float32", new SourceLocation(path)),
        };
        return new ImportedTensor(name, shape, values);
    }

    /// <summary>An attribute with a list of names. Keras splits long lists: layer_names0, layer_names1.</summary>
    private static string[] Texts(IH5Group group, string name)
    {
        if (group.AttributeExists(name)) return Texts(group.Attribute(name));
        List<string> texts = [];
        for (int part = 0; group.AttributeExists(PartOf(name, part)); part++) texts.AddRange(Texts(group.Attribute(PartOf(name, part))));
        return [.. texts];
    }

    /// <summary>An attribute's texts. h5py writes an empty list as one of numbers.</summary>
    private static string[] Texts(IH5Attribute attribute) => attribute.Space.Dimensions.Contains(0UL) ? [] : attribute.Read<string[]>();

    private static string PartOf(string name, int part) => name + part.ToString(CultureInfo.InvariantCulture);

    private static bool Has(IH5Object group, string name) => group.AttributeExists(name) || group.AttributeExists(PartOf(name, 0));

    /// <summary>Keras's class names for a kind of layer, in snake case; null for a layer without weights.</summary>
    private static string[]? ClassesOf(LayerSpec spec) => spec switch
    {
        Recurrent { Bidirectional: true } => ["bidirectional"],
        Lstm => ["lstm"],
        Gru => ["gru"],
        SimpleRnn => ["simple_rnn"],
        Dense => ["dense", "time_distributed"],
        Embedding => ["embedding"],
        LayerNorm => ["layer_normalization"],
        _ => null,
    };

    private static string ClassOf(string group) => NumberOf(group) > 0 ? group[..group.LastIndexOf('_')] : group;

    /// <summary>The number at the end of a name: 2 for <c>lstm_2</c> and <c>2</c>, 0 for <c>lstm</c>.</summary>
    private static int NumberOf(string name) =>
        int.TryParse(name[(name.LastIndexOf('_') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private InvalidInputException Refuse(string problem) => new(
        problem, "Give weights that Keras saved: .keras, .weights.h5 or .h5", new SourceLocation(path));
}
