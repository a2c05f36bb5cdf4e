using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>
/// The loss over a whole dataset without any update. Its rows (or streams) are cut into the run's shards. Each shard is summed in order of its rows, and the
/// shards in the tree, so the bits do not depend on which worker computes which shard.
/// </summary>
public sealed class Evaluation
{
    private readonly Replica _replica;
    private readonly Objective _objective;
    private readonly SequenceDataset _data;
    private readonly Batch _batch;
    private readonly int _shards, _chunk;
    private readonly int[] _rows;

    /// <param name="weights">Packed weights shared with the process's other computations of the model; null to pack its own.</param>
    public Evaluation(Model model, TrainingSpec training, SequenceDataset data, SharedWeights? weights = null)
    {
        (_objective, _data, _shards) = (training.Loss, data, training.Shards);
        _chunk = data.Streams > 0 ? ShardPlan.MaxRows(data.Streams, _shards, 1) : ShardPlan.MaxRows(training.Batch, _shards, 1);
        _rows = new int[_chunk];
        _replica = new Replica(model, [.. model.Inputs.Select((_, i) => data.CreateLayout(i, _chunk))], training: false, shared: weights);
        _batch = data.CreateBatch(_chunk);
    }

    /// <param name="parameters">(P). They are read until the next call.</param>
    /// <param name="version">Where weights are shared: the parameters' version, the same for all who share and higher for newer parameters.</param>
    public void Prepare(ReadOnlyMemory<float> parameters, long version = 0) => _replica.Prepare(parameters, version);

    /// <summary>The loss over one shard of the dataset.</summary>
    public LossSum Evaluate(int shard, CancellationToken cancellation = default) =>
        _data.Streams > 0 ? EvaluateStreams(shard, cancellation) : EvaluateRows(shard, cancellation);

    /// <summary>The loss over the whole dataset, from the losses of its shards in order.</summary>
    public static LossSum Sum(IReadOnlyList<LossSum> shards)
    {
        var tree = new TreeNodes<LossSum>(shards.Count);
        for (int shard = 0; shard < shards.Count; shard++) tree.Add(new ShardRange(shard, 1), shards[shard]);
        return tree.Fold((left, right) => left + right);
    }

    private LossSum EvaluateRows(int shard, CancellationToken cancellation)
    {
        var range = new ShardPlan(_data.Rows, _shards).RowsOf(shard);
        var sum = default(LossSum);
        for (int first = 0; first < range.Count; first += _chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<int> rows = _rows.AsSpan(0, Math.Min(_chunk, range.Count - first));
            for (int i = 0; i < rows.Length; i++) rows[i] = range.First + first + i;
            sum += EvaluateBatch(rows, [], hasState: false);
        }

        return sum;
    }

    private LossSum EvaluateStreams(int shard, CancellationToken cancellation)
    {
        var range = new ShardPlan(_data.Streams, _shards).RowsOf(shard);
        var sum = default(LossSum);
        if (range.Count == 0) return sum;
        int chunks = _data.Rows / _data.Streams;
        float[] state = new float[range.Count * _replica.Model.StateWidth];
        Span<int> rows = _rows.AsSpan(0, range.Count);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < rows.Length; i++) rows[i] = ((range.First + i) * chunks) + chunk;
            sum += EvaluateBatch(rows, state, hasState: true);
        }

        return sum;
    }

    private LossSum EvaluateBatch(ReadOnlySpan<int> rows, Span<float> state, bool hasState)
    {
        _data.Read(rows, _batch);
        _replica.Load(_batch);
        _replica.Forward(_replica.Inference(rows.Length, hasState), state, state);
        return _objective.Evaluate(_replica.RowsFor(_batch, new ShardRows(0, rows.Length)), 0, []);
    }
}
