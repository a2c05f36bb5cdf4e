using RnnActors.Core.Training;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A training workload to measure.</summary>
internal interface ITrainingWorkload
{
    string Name { get; }

    /// <summary>Rows of a batch.</summary>
    int Batch { get; }

    /// <summary>The number of steps of all rows of a batch.</summary>
    int Tokens { get; }

    /// <summary>
    /// Floating-point operations of a training step's matrix products: forward, gradient of the input, gradient of the weights. Other work is left out, for
    /// every program that is compared.
    /// </summary>
    double TrainingFlops { get; }

    /// <summary>A job that trains endlessly on noise.</summary>
    TrainingJob CreateJob(int shards);
}
