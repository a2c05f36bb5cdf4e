using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Training;

/// <summary>
/// Which rows make the batch at each place of each epoch: a function of the seed and the epoch. Independent rows are shuffled anew every epoch, the last batch
/// being the rest; of streams, every batch is the next chunk of each.
/// </summary>
/// <remarks>Keeps the permutation of the epoch last asked for; not for several threads at once.</remarks>
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

    /// <summary>Above 0 where the hidden state of so many rows is carried from batch to batch.</summary>
    public int Streams { get; }

    /// <summary>The dataset's row numbers of a batch.</summary>
    /// <param name="position">From 0 to <see cref="BatchesPerEpoch"/> - 1.</param>
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
