using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;

namespace RnnActors.Data.Tasks;

/// <summary>Data that have been read, checked, split and scaled: ready to train on.</summary>
public abstract class PreparedTask
{
    public abstract SequenceDataset Train { get; }

    /// <summary>Null where the split has no validation rows.</summary>
    public abstract SequenceDataset? Validation { get; }

    /// <summary>Null where the split has no test rows.</summary>
    public abstract SequenceDataset? Test { get; }

    /// <summary>XxHash128 of all data that the network is given, in lower-case hexadecimal.</summary>
    public abstract string DataHash { get; }

    /// <summary>What was fitted on the training rows (scales, vocabulary) as JSON, so that a checkpoint can be used without the training data.</summary>
    public abstract string Preparation { get; }

    public Shape Input => Train.Input;

    /// <summary>Initial embeddings in place of random ones; null for none.</summary>
    public virtual PretrainedVectors? PretrainedVectors => null;

    /// <summary>Notes on the data for the user, such as a detected encoding or omitted rows. A sentence each.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Findings that should be known before training: what the data would teach wrongly, or not at all.</summary>
    public virtual IEnumerable<Finding> Examine(TrainingSpec training) => [];

    public TargetShape Target => Train.Target;

    /// <summary>The approximate memory that <see cref="Measure(TrainedNetwork)"/> needs, in bytes, if it is large.</summary>
    public virtual long ScoringBytes => 0;

    /// <summary>The label of the last row that training and the first test forecast have seen; null if rows are not in order of time.</summary>
    public virtual string? SeenUntil => null;

    /// <summary>The same training rows with the test rows of a later origin, for backtests; null if rows are not in order of time.</summary>
    /// <param name="later">How many rows follow the forecast ones.</param>
    public virtual PreparedTask? AtOrigin(int later) => null;

    /// <summary>Refuses, before training, panels that no score of this task will have.</summary>
    /// <exception cref="InvalidInputException">The forecast has no such target, series or horizon; or this is not a forecast.</exception>
    public virtual void Check(PanelChoice choice) => PanelChoice.RefuseAll(choice);

    /// <summary>The data in one line.</summary>
    /// <param name="path">The file for display; null for generated data.</param>
    public abstract string Describe(string? path);

    /// <summary>
    /// Findings about a trained network on held-out rows, for <see cref="CalibrationFile"/>: for a forecast, the residuals of its intervals. They are computed
    /// anew, whatever <see cref="TrainedNetwork.Calibration"/> holds; after <see cref="Measure(TrainedNetwork)"/> with the same network this is cheap.
    /// </summary>
    /// <returns>Empty if there is nothing to store.</returns>
    public virtual IReadOnlyList<NamedTensor> Calibrate(TrainedNetwork network) => [];

    /// <summary>Measures a network on the test rows, or on the validation rows if there are none; null if there are neither.</summary>
    public Score? Measure(TrainedNetwork network) =>
        Test is { } test ? Measure(network, test, "test") : Validation is { } validation ? Measure(network, validation, "validation") : null;

    /// <summary>Measures a network on some rows, and compares it with simple baselines.</summary>
    /// <param name="part">One of the task's datasets.</param>
    /// <param name="name">The name of the part: <c>test</c>.</param>
    protected abstract Score Measure(TrainedNetwork network, SequenceDataset part, string name);
}
