using RnnActors.Core.Training;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A training that is measured.</summary>
internal interface ITrainingWorkload
{
    string Name { get; }

    /// <summary>Rows of a batch.</summary>
    int Batch { get; }

    /// <summary>Steps of all rows of a batch.</summary>
    int Tokens { get; }

    /// <summary>
    /// Floating-point operations of a training step's matrix products: forward, gradient of the input, gradient of the weights. What else a step costs is left
    /// out, as it is for every program that is compared.
    /// </summary>
    double TrainingFlops { get; }

    /// <summary>Training without an end on noise.</summary>
    TrainingJob CreateJob(int shards);
}
