using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Training.Tests.Hosting;

/// <summary>The datasets of another format as one node has them: that of a machine with too little memory, or that computes wrongly.</summary>
internal sealed class NodeFormat(DatasetFormat inner, Func<SequenceDataset, SequenceDataset> own) : DatasetFormat
{
    public override string Kind => inner.Kind;

    public override DatasetContent? Describe(SequenceDataset dataset) => inner.Describe(dataset);

    public override SequenceDataset Read(SafetensorsFile file) => own(inner.Read(file));
}
