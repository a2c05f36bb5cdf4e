using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Training.Tests.Client;

/// <summary>Datasets that stay in memory: the file holds a number, so that tests can watch who reads which rows, and when.</summary>
internal sealed class MemoryFormat : DatasetFormat
{
    private const string Key = "number";

    private readonly Lock _gate = new();
    private readonly List<SequenceDataset> _all = [];

    public override string Kind => "memory";

    public override DatasetContent? Describe(SequenceDataset dataset)
    {
        lock (_gate)
        {
            if (!_all.Contains(dataset)) _all.Add(dataset);
            int number = _all.IndexOf(dataset);
            return new DatasetContent([NamedTensor.Of<int>(Key, new[] { number }, 1)], []);
        }
    }

    public override SequenceDataset Read(SafetensorsFile file)
    {
        lock (_gate) return _all[file[Key].Values<int>()[0]];
    }
}
