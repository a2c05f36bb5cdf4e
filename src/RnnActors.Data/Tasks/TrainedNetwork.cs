using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Data.Tasks;

/// <summary>A model with trained parameters, for a task to use.</summary>
/// <param name="parameters">(P).</param>
/// <param name="threads">Threads that share the work; the answers are the same bits for any number.</param>
/// <param name="weights">The packed weights that all users share; null if each packs its own.</param>
public sealed class TrainedNetwork(Model model, TrainingSpec training, AlignedBuffer parameters, int threads, SharedWeights? weights = null)
{
    private readonly ReplicaPool _replicas = new(model, parameters.Memory, weights);
    private string? _hash;

    public Model Model => model;

    public TrainingSpec Training => training;

    /// <summary>Threads that share the work; the answers are the same bits for any number.</summary>
    public int Threads => threads;

    public ReadOnlyMemory<float> Parameters => parameters.Memory;

    /// <summary>The packed weights that all users share; null if each packs its own.</summary>
    public SharedWeights? Weights => weights;

    /// <summary>The calibration that the run stores, to be used in place of a new one; null to calibrate.</summary>
    public CalibrationFile? Calibration { get; init; }

    /// <summary>The hash of the parameters that users compare; computed on first access.</summary>
    public string ParameterHash => _hash ??= TrainingCheckpoint.Hash(model.Layout, parameters);

    /// <summary>The name of the network: the kind of its last recurrent layer. (A tagger's first one only reads the characters of a word.)</summary>
    public string Name => (model.Spec.Layers.LastOrDefault(layer => layer is Recurrent) ?? model.Spec.Layers[0]).Kind;

    /// <summary>The outputs for all rows: (rows, steps or 1, outputs).</summary>
    public float[] Outputs(SequenceDataset data) => Prediction.Run(_replicas, data);

    /// <summary>The outputs of each row, of any length: (its steps or 1, outputs).</summary>
    public float[][] OutputsEach(SequenceDataset data) => Prediction.RunEach(_replicas, data);

    /// <summary>Packs the shared weights, by running one row of zeros. A network of several inputs packs them at its first use.</summary>
    /// <param name="steps">The length of a row; 0 if rows have different lengths.</param>
    internal void WarmUp(int steps)
    {
        if (weights is null || model.Inputs.Count > 1 || (steps == 0 && model.Spec.Layers.Any(layer => layer is Segments or Flatten))) return;
        var replica = new Replica(model, Math.Max(1, steps), capacity: 1, training: false, shared: weights);
        replica.Prepare(parameters.Memory);
        if (replica.Input.Shape.IsTokens) replica.Input.Tokens.Clear();
        else replica.Input.Values.Clear();
        replica.Forward(replica.Inference(rows: 1, hasState: false), [], []);
    }

    /// <summary>The loss over all rows, summed in the tree over the run's shards.</summary>
    public LossSum Loss(SequenceDataset data)
    {
        var losses = new LossSum[training.Shards];
        int next = -1;
        Parallel.For(0, Math.Min(threads, losses.Length), new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            var evaluation = new Evaluation(model, training, data);
            evaluation.Prepare(parameters.Memory);
            for (int shard = Interlocked.Increment(ref next); shard < losses.Length; shard = Interlocked.Increment(ref next))
                losses[shard] = evaluation.Evaluate(shard);
        });
        return Evaluation.Sum(losses);
    }
}
