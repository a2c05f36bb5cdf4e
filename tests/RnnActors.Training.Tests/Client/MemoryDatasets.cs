using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using RnnActors.Core.Training;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Tests.Client;

/// <summary>Datasets that stay in memory: the file is a number, so that tests can watch who reads which rows, and when.</summary>
internal sealed class MemoryDatasets
{
    private readonly ConcurrentDictionary<int, SequenceDataset> _all = new();

    public DatasetFiles Files => new(Write, Read);

    private void Write(SequenceDataset dataset, Stream stream)
    {
        int number = _all.FirstOrDefault(pair => ReferenceEquals(pair.Value, dataset), new(_all.Count + 1, dataset)).Key;
        _all[number] = dataset;
        stream.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }

    private SequenceDataset Read(string path) => _all[int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture)];
}
