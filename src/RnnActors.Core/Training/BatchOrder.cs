using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>
/// Which rows make each batch of each epoch: a pure function of the seed and the epoch. Independent rows are shuffled anew every epoch, and the last batch is
/// the remainder. With streams, a batch is the next chunk of every stream.
/// </summary>
/// <remarks>Not thread-safe: it caches the permutation of the last epoch that was asked for.</remarks>
public sealed class BatchOrder
{
    private readonly int _rows, _batch;
    private readonly ulong _seed;
    private readonly int[] _permutation;
    private int _epoch = -1;

    public BatchOrder(SequenceDataset data, TrainingSpec training)
    {
        (_rows, _batch, _seed, Streams) = (data.Rows, training.Batch, training.Seed, data.Streams);
        _permutation = Streams > 0 ? [] : new int[_rows];
        BatchesPerEpoch = Streams > 0 ? _rows / Streams : (_rows + _batch - 1) / _batch;
    }

    public int BatchesPerEpoch { get; }

    /// <summary>Number of streams whose hidden state is carried from batch to batch; 0 where rows are independent.</summary>
    public int Streams { get; }

    /// <summary>The dataset's row numbers in a batch.</summary>
    /// <param name="position">The batch's index in its epoch, from 0 to <see cref="BatchesPerEpoch"/> - 1.</param>
    public int[] Rows(int epoch, int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, BatchesPerEpoch);
        if (Streams > 0) return [.. Enumerable.Range(0, Streams).Select(stream => (stream * BatchesPerEpoch) + position)];
        if (epoch != _epoch)
        {
            Permutation.Fill(_permutation, _seed, epoch);
            _epoch = epoch;
        }

        int first = position * _batch;
        return _permutation[first..Math.Min(first + _batch, _rows)];
    }
}
