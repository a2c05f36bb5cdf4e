using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>How one kind of dataset is stored in a file: compact arrays as tensors, numbers as metadata.</summary>
public abstract class DatasetFormat
{
    /// <summary>The kind's name in files, which never changes.</summary>
    public abstract string Kind { get; }

    /// <summary>What to store of this dataset; null where it is of another kind.</summary>
    public abstract DatasetContent? Describe(SequenceDataset dataset);

    /// <summary>The dataset in a file of this kind. Every row has the same bits as in the dataset that was stored.</summary>
    /// <exception cref="InvalidInputException">The tensors or numbers do not describe such a dataset.</exception>
    public abstract SequenceDataset Read(SafetensorsFile file);

    /// <summary>A number of the metadata, in [<paramref name="min"/>, <paramref name="max"/>].</summary>
    protected static int Number(SafetensorsFile file, string key, int min, int max = int.MaxValue) =>
        file.Metadata.TryGetValue(key, out string? text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= min && value <= max
            ? value
            : throw Malformed(file, $"'{key}' is {(text is null ? "missing" : $"'{text}'")}, and must be a number from {min} to {max}");

    /// <summary>A tensor's values. Its shape must have the length of <paramref name="shape"/> and equal it, except where that is -1.</summary>
    protected static T[] Values<T>(SafetensorsFile file, string name, out long[] extents, params ReadOnlySpan<int> shape) where T : unmanaged
    {
        NamedTensor tensor = file.Find(name) ?? throw Malformed(file, $"there is no tensor '{name}'");
        bool fits = tensor.Shape.Count == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++) fits = shape[i] == -1 || shape[i] == tensor.Shape[i];
        if (!fits || !tensor.IsOf<T>()) throw Malformed(file, $"the tensor '{tensor}' has another type or shape than such a dataset's");
        extents = [.. tensor.Shape];
        return tensor.Values<T>().ToArray();
    }

    protected static KeyValuePair<string, string> Number(string key, int value) => new(key, value.ToString(CultureInfo.InvariantCulture));

    protected static InvalidInputException Malformed(SafetensorsFile file, string problem) => new(
        $"this is not a dataset that can be read: {problem}", "Prepare the data again", new SourceLocation(file.Path));
}

/// <summary>What a file stores of a dataset. The tensors are views of the dataset's arrays.</summary>
public sealed record DatasetContent(IReadOnlyList<NamedTensor> Tensors, IReadOnlyList<KeyValuePair<string, string>> Metadata);
