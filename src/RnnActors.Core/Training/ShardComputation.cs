using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>The inputs of a step's shards, apart from the parameters.</summary>
/// <param name="Step">The training step, from 0.</param>
/// <param name="BatchRows">The whole batch's row numbers in the dataset.</param>
/// <param name="Shards">The shards to compute.</param>
/// <param name="InitialState">(rows of the shards, model's state width); empty where no state is carried.</param>
public sealed record ShardStep(long Step, ReadOnlyMemory<int> BatchRows, ShardRange Shards, ReadOnlyMemory<float> InitialState);

/// <summary>The summed results of a node of the reduction tree.</summary>
/// <param name="Gradient">(P).</param>
/// <param name="Loss">Summed over the node's shards.</param>
/// <param name="NotFinite">The first of the node's shards whose loss is not finite; null where all are.</param>
public sealed record ShardGradient(ShardRange Node, GradientBuffer Gradient, LossSum Loss, int? NotFinite);

/// <summary>
/// A worker's computation of its shards. It computes the rows of all of them as one batch, forward and backward; where their activations would take much
/// memory, in several rounds (<see cref="ShardRounds"/>). Then the weights' gradients follow shard by shard, summed as far up the reduction tree as the
/// worker's shards reach. The result is a pure function of parameters, rows and step.
/// </summary>
public sealed class ShardComputation
{
    private readonly Replica _replica;
    private readonly Objective _objective;
    private readonly SequenceDataset _data;
    private readonly Batch _batch;
    private readonly Batch? _wholeBatch;
    private readonly int _shards, _roundRows, _cuts;
    private readonly ulong _seed;
    private readonly ScheduledSampling? _sampling;
    private readonly AlignedBuffer _open;
    private readonly ShardRows[] _leaves;
    private readonly int[] _merges;
    private readonly LossSum[] _losses;
    private readonly List<ShardRange> _rounds = [];
    private readonly List<GradientBuffer> _spares = [];

    /// <param name="capacity">The most shards of one call.</param>
    /// <param name="weights">Packed weights shared with the process's other computations of the model; null to pack its own.</param>
    /// <param name="inSmallRounds">Whether to compute as few rows as possible at a time, since memory is short (<see cref="MemoryPlan"/>).</param>
    public ShardComputation(
        Model model, TrainingSpec training, SequenceDataset data, int capacity, SharedWeights? weights = null, bool inSmallRounds = false)
        : this(
            model, training, data, capacity, inSmallRounds ? 1 : ShardRounds.RowsFor(model, data.Steps, data.MeanSteps),
            inSmallRounds
                ? ShardRounds.CutsOfLeastMemory(model, data.MeanSteps, data.Streams > 0 ? data.Streams : training.Batch, training.Shards, capacity)
                : ShardRounds.CutsFor(model), weights)
    {
    }

    /// <param name="roundRows">The most rows that are computed in one round.</param>
    /// <param name="cuts">How often a node with more rows may be halved.</param>
    internal ShardComputation(Model model, TrainingSpec training, SequenceDataset data, int capacity, int roundRows, int cuts, SharedWeights? weights = null)
    {
        int batch = data.Streams > 0 ? data.Streams : training.Batch;
        int rows = ShardRounds.MaxRows(batch, training.Shards, capacity, roundRows, cuts);
        (_objective, _data, _shards, _roundRows, _cuts, _seed) = (training.Loss, data, training.Shards, roundRows, cuts, training.Seed);
        _replica = new Replica(
            model, [.. model.Inputs.Select((_, i) => data.CreateLayout(i, rows))], training: true,
            shared: weights, shardRows: batch / training.Shards,
            isRepeated: training.TeacherForcing is not null || rows < ShardPlan.MaxRows(batch, training.Shards, capacity));
        if (training.TeacherForcing is { } forcing) _sampling = new ScheduledSampling(forcing, _replica, _seed);
        _batch = data.CreateBatch(rows);
        if (_objective.CountsByLabel) _wholeBatch = data.CreateBatch(batch);
        int length = 0;
        foreach (var pass in _replica.Layers) length += pass.OpenSumLength;
        _open = new AlignedBuffer(checked(ReductionTree.Depth(_shards) * length));
        (_leaves, _merges) = (new ShardRows[_shards], new int[_shards]);
        _losses = new LossSum[_shards];
    }

    /// <param name="parameters">(P). They are read until the next call.</param>
    /// <param name="version">Where weights are shared: the parameters' version, the same for all who share and higher for newer parameters.</param>
    public void Prepare(ReadOnlyMemory<float> parameters, long version = 0) => _replica.Prepare(parameters, version);

    /// <summary>Computes the shards of a step and sums them to the fewest nodes of the tree.</summary>
    /// <param name="nodes">The nodes that cover the shards, in order.</param>
    /// <param name="gradients">A buffer of length P for each node, overwritten.</param>
    /// <param name="finalState">(rows, model's state width), written unless empty.</param>
    /// <param name="summed">Called after each layer, the last layer first, with the offset from which on all <paramref name="gradients"/> are complete. That
    /// part can be sent while the rest is computed.</param>
    /// <returns>The result of each node.</returns>
    public ShardGradient[] Compute(ShardStep step, IReadOnlyList<ShardRange> nodes, IReadOnlyList<GradientBuffer> gradients, Span<float> finalState,
        Action<int>? summed = null)
    {
        var plan = new ShardPlan(step.BatchRows.Length, _shards);
        float scale = ScaleOf(CountOf(step.BatchRows.Span));
        ShardRounds.Cut(nodes, plan, _roundRows, _cuts, _rounds);
        int firstRow = plan.RowsOf(step.Shards).First, width = _replica.Model.StateWidth;
        foreach (var round in _rounds)
        {
            var rows = plan.RowsOf(round);
            var part = step with { Shards = round, InitialState = StateOf(step.InitialState, rows, firstRow, width) };
            Span<float> state = finalState.IsEmpty ? finalState : finalState.Slice((rows.First - firstRow) * width, rows.Count * width);
            ComputeRound(part, plan, scale, nodes, gradients, state, round == _rounds[^1] ? summed : null);
        }

        var results = new ShardGradient[nodes.Count];
        for (int i = 0; i < nodes.Count; i++) results[i] = new ShardGradient(nodes[i], gradients[i], SumLosses(nodes[i]), FirstNotFinite(nodes[i]));
        return results;
    }

    /// <summary>Computes one round of shards and adds it to their nodes.</summary>
    private void ComputeRound(
        ShardStep step, ShardPlan plan, float scale, IReadOnlyList<ShardRange> nodes, IReadOnlyList<GradientBuffer> gradients, Span<float> finalState,
        Action<int>? summed)
    {
        var rows = plan.RowsOf(step.Shards);
        var context = new PassContext(rows.Count, rows.First, true, _seed, step.Step, !step.InitialState.IsEmpty, _replica.Model.StateWidth);
        if (rows.Count > 0)
        {
            _data.Read(step.BatchRows.Span.Slice(rows.First, rows.Count), _batch);
            _replica.Load(_batch);
            _sampling?.Apply(context, step.InitialState.Span);
            _replica.Forward(context, step.InitialState.Span, finalState);
        }

        var losses = new LossWork(this, context.FirstRow, plan, step.Shards, scale);
        ThreadTeam.Run(ref losses, rows.Count == 0 ? 0 : _replica.Output.Length, ThreadTeam.MinElements);
        int open = _open.Length;
        for (int layer = _replica.Layers.Length - 1; layer >= 0; layer--)
        {
            var pass = _replica.Layers[layer];
            if (rows.Count > 0) _replica.Backward(layer, context, []);
            if (pass.Range.Length == 0) continue;
            int openLength = ReductionTree.Depth(_shards) * pass.OpenSumLength;
            open -= openLength;
            for (int i = 0; i < nodes.Count; i++)
            {
                if (nodes[i].Intersect(step.Shards).Count == 0) continue;
                // The gradient's norm covers frozen parameters too, and a buffer may hold an earlier step's sums.
                if (!_replica.Model.Spec.Layers[layer].Trainable) gradients[i].Clear(pass.Range.First, pass.Range.Length);
                else SumGradient(pass, context, plan, nodes[i], step.Shards, gradients[i], _open.Span.Slice(open, openLength));
            }

            summed?.Invoke(pass.Range.First);
        }
    }

    private static ReadOnlyMemory<float> StateOf(ReadOnlyMemory<float> state, ShardRows rows, int firstRow, int width) =>
        state.IsEmpty ? state : state.Slice((rows.First - firstRow) * width, rows.Count * width);

    /// <summary>The divisor of the whole batch's loss: its number of elements, positions or rows, as the objective counts.</summary>
    private double CountOf(ReadOnlySpan<int> batchRows)
    {
        if (_wholeBatch is null) return _objective.CountOf(batchRows.Length, _data.TargetPositionsOf(batchRows), _data.Target);
        _data.Read(batchRows, _wholeBatch);
        return _objective.CountOf(_wholeBatch.Labels);
    }

    private float ScaleOf(double count)
    {
        double denominator = _objective.Denominator(count);
        return 1f / (denominator > 0 ? (float)denominator : 1);
    }

    /// <summary>Computes the shard's loss and its gradient with respect to the outputs.</summary>
    private LossSum EvaluateLoss(ShardRows shard, float scale) =>
        shard.Count == 0 ? default : _objective.Evaluate(_replica.RowsFor(_batch, shard), scale, _replica.Output.Gradient[.._replica.Output.Length]);

    /// <summary>Sums a layer's gradient over a node, or over the part of it in this round.</summary>
    private void SumGradient(Layer pass, in PassContext context, ShardPlan plan, ShardRange node, ShardRange round, GradientBuffer gradient, Span<float> open)
    {
        var part = node.Intersect(round);
        for (int i = 0; i < part.Count; i++) _leaves[i] = Local(plan, part.First + i, context.FirstRow);
        ReductionTree.Merges(part, _merges);
        var sum = new PartSum(node, part, gradient, _spares);
        var order = new SumOrder(_leaves.AsSpan(0, part.Count), _merges.AsSpan(0, part.Count)) { AddsToTarget = sum.AddsToTarget };
        pass.SumGradient(context, order, sum.Target, open);
        sum.Close(pass.Range.First, pass.Range.Length);
    }

    private LossSum SumLosses(ShardRange node)
    {
        if (node.Count == 1) return _losses[node.First];
        var (left, right) = ReductionTree.Split(node);
        return SumLosses(left) + SumLosses(right);
    }

    private int? FirstNotFinite(ShardRange node)
    {
        for (int shard = node.First; shard < node.End; shard++)
            if (!double.IsFinite(_losses[shard].Sum)) return shard;
        return null;
    }

    /// <summary>The shard's rows, by index in this pass.</summary>
    private static ShardRows Local(ShardPlan plan, int shard, int firstRow)
    {
        var rows = plan.RowsOf(shard);
        return rows with { First = rows.First - firstRow };
    }

    /// <summary>The losses of a round's shards.</summary>
    private readonly struct LossWork(ShardComputation computation, int firstRow, ShardPlan plan, ShardRange shards, float scale) : ITeamWork
    {
        public void Compute(int part, int parts)
        {
            var (first, count) = ThreadTeam.PartOf(shards.Count, 1, part, parts);
            for (int shard = shards.First + first; shard < shards.First + first + count; shard++)
                computation._losses[shard] = computation.EvaluateLoss(Local(plan, shard, firstRow), scale);
        }
    }
}
