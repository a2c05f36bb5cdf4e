using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A task's training step on one batch of noise. Rows have unequal lengths if the task's do; nothing is padded.</summary>
/// <param name="Name">The name that other programs use too.</param>
/// <param name="Layers">The model, from the input to the output.</param>
/// <param name="Loss">The training objective.</param>
/// <param name="Tokens">The number of valid steps of all rows.</param>
/// <param name="ForwardFlops">Floating-point operations of the forward matrix products, for valid steps only.</param>
/// <param name="Data">The rows of the batch.</param>
internal sealed record TaskWorkload(string Name, IReadOnlyList<LayerSpec> Layers, Objective Loss, int Tokens, double ForwardFlops, Func<SequenceDataset> Data)
    : ITrainingWorkload
{
    private readonly Lazy<SequenceDataset> _data = new(Data);

    public static IReadOnlyList<TaskWorkload> All { get; } = [.. TaskWorkloads.Create()];

    public int Batch => _data.Value.Rows;

    public double TrainingFlops => 3 * ForwardFlops;

    /// <summary>The same workload with every row as long as the longest; null if rows are equally long.</summary>
    public TaskWorkload? Full { get; init; }

    /// <summary>The share of valid steps in the full rectangle.</summary>
    public double Share => Full is null ? 1 : (double)Tokens / Full.Tokens;

    public TrainingJob CreateJob(int shards)
    {
        var data = _data.Value;
        var model = new Model(new ModelSpec(Layers), data.Inputs);
        ModelCheck.Matches(model, data, Loss);
        return new TrainingJob(model, new TrainingSpec
        {
            Loss = Loss,
            Optimizer = new Adam(),
            Batch = data.Rows,
            Shards = shards,
            Epochs = int.MaxValue,
        }, data);
    }
}
