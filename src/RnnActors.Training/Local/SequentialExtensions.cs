using RnnActors.Core.Fitting;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;

namespace RnnActors.Training.Local;

/// <summary>Fits a <see cref="Sequential"/> with actors in this process: several cores, the same bits as <c>Fit</c>.</summary>
public static class SequentialExtensions
{
    /// <summary>Trains on values: <paramref name="inputs"/> (rows, steps, features), <paramref name="targets"/> (rows, outputs).</summary>
    /// <inheritdoc cref="FitAsync(Sequential, SequenceDataset, int, int, int, ulong, SequenceDataset, int, IProgress{EpochDone}, CancellationToken)"/>
    public static Task<History> FitAsync(
        this Sequential model, float[,,] inputs, float[,] targets, int epochs = 1, int batchSize = 32, int shards = 0, ulong seed = 1,
        SequenceDataset? validation = null, int workers = 0, IProgress<EpochDone>? progress = null, CancellationToken cancellation = default) =>
        model.FitAsync(ArrayDataset.Create(inputs, targets), epochs, batchSize, shards, seed, validation, workers, progress, cancellation);

    /// <summary>Trains for <paramref name="epochs"/> more epochs, from where the last call ended. If cancelled, it ends between two steps.</summary>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="shards">Shards of a batch, which are a part of the result; 0 for 8, or fewer where a batch has fewer rows.</param>
    /// <param name="validation">Rows on which every epoch's loss is measured.</param>
    /// <param name="workers">Computing threads; 0 for one a core. They do not change the result.</param>
    /// <exception cref="InvalidInputException">The layers do not fit the data, or a hyperparameter is out of its range.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite.</exception>
    /// <exception cref="TrainingFailedException">The same shards failed again and again.</exception>
    public static async Task<History> FitAsync(
        this Sequential model, SequenceDataset data, int epochs = 1, int batchSize = 32, int shards = 0, ulong seed = 1,
        SequenceDataset? validation = null, int workers = 0, IProgress<EpochDone>? progress = null, CancellationToken cancellation = default)
    {
        var job = model.CreateJob(data, epochs, batchSize, shards, seed, validation);
        List<EpochDone> epochsDone = [];
        var options = new LocalTrainingOptions
        {
            Workers = workers == 0 ? Environment.ProcessorCount : workers,
            Observe = happened =>
            {
                if (happened is not EpochDone epoch) return;
                epochsDone.Add(epoch);
                progress?.Report(epoch);
            },
        };
        await LocalTraining.RunAsync(job, options, cancellation).ConfigureAwait(false);
        return model.CreateHistory(epochsDone, data);
    }
}
