using RnnActors.Core.Training;

namespace RnnActors.Training.Storage;

/// <summary>How datasets are written as files and read again: this project knows none of their kinds.</summary>
/// <param name="Write">The same bytes every time for the same rows.</param>
/// <param name="Read">From a file of this path, whose content is what was written.</param>
public sealed record DatasetFiles(Action<SequenceDataset, Stream> Write, Func<string, SequenceDataset> Read);
