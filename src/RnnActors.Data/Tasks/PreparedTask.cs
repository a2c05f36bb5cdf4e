using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;

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

    public Shape Input => Train.Input;

    /// <summary>What embeddings start with in place of random vectors; null for nothing.</summary>
    public virtual StartingVectors? StartingVectors => null;

    /// <summary>What was found or decided in the data that their owner should know: an encoding, rows left out. A sentence each.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>What is better known before training than after it: what the data would teach wrongly, or not at all. None where all is well.</summary>
    public virtual IEnumerable<Finding> Examine(TrainingSpec training) => [];

    public TargetShape Target => Train.Target;

    /// <summary>About how many bytes <see cref="Measure(TrainedNetwork)"/> holds at a time, where these are many.</summary>
    public virtual long ScoringBytes => 0;

    /// <summary>The last row that training and the first forecast of the test rows saw, as people call it; null where rows are not in order of time.</summary>
    public virtual string? SeenUntil => null;

    /// <summary>The same training rows with the test rows of another origin; null where rows are not in order of time.</summary>
    /// <param name="later">Rows behind those that are forecast.</param>
    public virtual PreparedTask? AtOrigin(int later) => null;

    /// <summary>Refuses panels that no score of this task will have, before it is trained for.</summary>
    /// <exception cref="InvalidInputException">The forecast has no such target, series or horizon; or this is no forecast.</exception>
    public virtual void Check(PanelChoice choice) => PanelChoice.RefuseAll(choice);

    /// <summary>The data in one line.</summary>
    /// <param name="path">The file as people are shown it; null where the data are generated.</param>
    public abstract string Describe(string? path);

    /// <summary>
    /// What is found with a trained network on rows held back, for <see cref="CalibrationFile"/>: of a forecast the residuals of its intervals. It is found
    /// anew, whatever <see cref="TrainedNetwork.Calibration"/> holds; after <see cref="Measure(TrainedNetwork)"/> with the same network it costs little.
    /// </summary>
    /// <returns>None where the task has nothing to keep.</returns>
    public virtual IReadOnlyList<NamedTensor> Calibrate(TrainedNetwork network) => [];

    /// <summary>How good a network is on the test rows; on the validation rows where there are none; null where there are neither.</summary>
    public Score? Measure(TrainedNetwork network) =>
        Test is { } test ? Measure(network, test, "test") : Validation is { } validation ? Measure(network, validation, "validation") : null;

    /// <summary>How good a network is on some rows, beside simple rivals.</summary>
    /// <param name="part">One of the task's datasets.</param>
    /// <param name="name">What its rows are: <c>test</c>.</param>
    protected abstract Score Measure(TrainedNetwork network, SequenceDataset part, string name);
}
