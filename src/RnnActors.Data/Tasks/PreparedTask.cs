using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks;

/// <summary>Data that has been read, checked, cut and scaled: ready to train on.</summary>
public abstract class PreparedTask
{
    public abstract SequenceDataset Train { get; }

    /// <summary>Null where the split has no validation rows.</summary>
    public abstract SequenceDataset? Validation { get; }

    /// <summary>Null where the split has no test rows.</summary>
    public abstract SequenceDataset? Test { get; }

    /// <summary>XxHash128 of everything that the network is given, in lower-case hexadecimal.</summary>
    public abstract string DataHash { get; }

    /// <summary>What was fitted on the training rows (scales, vocabulary) as JSON, so that a checkpoint can be used without the training data.</summary>
    public abstract string Preparation { get; }

    public Signal Input => Train.Input;

    public TargetSignal Target => Train.Target;
}
