using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>
/// A prepared dataset as one safetensors file, for another process to train on. It holds the arrays before they are cut into rows, so a file is no larger than
/// the data. Equal datasets give equal bytes, so a file can be named by its hash. Files are read into memory and treated as hostile.
/// </summary>
/// <param name="formats">The known kinds of dataset, a closed list. Files of another kind are refused.</param>
public sealed class DatasetFile(IReadOnlyList<DatasetFormat> formats)
{
    private const string KindKey = "rnnactors.dataset";
    private const string VersionKey = "rnnactors.dataset.version";
    private const string Version = "1";

    /// <exception cref="NotSupportedException">The dataset is not of a known kind.</exception>
    public void Write(Stream stream, SequenceDataset dataset)
    {
        foreach (DatasetFormat format in formats)
        {
            if (format.Describe(dataset) is not { } content) continue;
            SafetensorsFile.Write(stream, content.Tensors, [new(KindKey, format.Kind), new(VersionKey, Version), .. content.Metadata]);
            return;
        }

        throw new NotSupportedException($"A {dataset.GetType().Name} cannot be written to a file; "
            + $"{string.Join(", ", formats.Select(format => format.Kind))} can.");
    }

    /// <exception cref="InvalidInputException">The file cannot be read, or holds no dataset of a known kind.</exception>
    public SequenceDataset Read(string path) => Read(SafetensorsFile.Read(path));

    /// <summary>As <see cref="Read(string)"/>, from a stream whose length is known. <paramref name="path"/> names it in messages.</summary>
    public SequenceDataset Read(Stream stream, string path) => Read(SafetensorsFile.Read(stream, path));

    private SequenceDataset Read(SafetensorsFile file)
    {
        string? kind = file.Metadata.GetValueOrDefault(KindKey), version = file.Metadata.GetValueOrDefault(VersionKey);
        if (kind is null) throw new InvalidInputException("this file holds no dataset", "Give one that was prepared for training",
            new SourceLocation(file.Path));
        DatasetFormat? format = formats.FirstOrDefault(known => known.Kind == kind);
        return format is not null && version == Version ? format.Read(file) : throw new InvalidInputException(
            $"this file holds a dataset of kind '{kind}', version '{version}', which is not known here", "Use the same version of RnnActors everywhere",
            new SourceLocation(file.Path));
    }
}
