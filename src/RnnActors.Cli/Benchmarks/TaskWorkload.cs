using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A task's training step on one batch of noise: rows of unequal lengths where the task has them, of which nothing is padded.</summary>
/// <param name="Name">As other programs name it too.</param>
/// <param name="Layers">The model, from the input to the output.</param>
/// <param name="Loss">What is trained.</param>
/// <param name="Tokens">Valid steps of all rows.</param>
/// <param name="ForwardFlops">Of the matrix products of the valid steps.</param>
/// <param name="Data">The batch's rows.</param>
internal sealed record TaskWorkload(string Name, IReadOnlyList<LayerSpec> Layers, Objective Loss, int Tokens, double ForwardFlops, Func<SequenceDataset> Data)
    : ITrainingWorkload
{
    private readonly Lazy<SequenceDataset> _data = new(Data);

    public static IReadOnlyList<TaskWorkload> All { get; } = [.. TaskWorkloads.Create()];

    public int Batch => _data.Value.Rows;

    public double TrainingFlops => 3 * ForwardFlops;

    /// <summary>The same with every row as long as the longest; null where rows are equally long.</summary>
    public TaskWorkload? Full { get; init; }

    /// <summary>Its steps as a share of the full rectangle's.</summary>
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
