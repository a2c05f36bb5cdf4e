namespace RnnActors.Runs.Stories;

/// <summary>The machine-readable names of a run's curves.</summary>
public static class CurveKeys
{
    /// <summary>The mean loss of a step's batch, before its update.</summary>
    public const string Loss = "loss";

    /// <summary>The mean loss of an epoch's batches.</summary>
    public const string EpochLoss = "epoch_loss";

    /// <summary>The loss of the validation rows at the end of an epoch.</summary>
    public const string Validation = "validation_loss";

    /// <summary>The share of correct labels on the validation rows.</summary>
    public const string ValidationAccuracy = "validation_accuracy";

    public const string LearningRate = "learning_rate";

    /// <summary>The gradient's L2 norm before clipping.</summary>
    public const string GradientNorm = "gradient_norm";

    public const string TokensPerSecond = "tokens_per_second";
}

/// <summary>A curve by step. In long runs each point stands for several steps, except the first and the last.</summary>
/// <param name="Key">One of <see cref="CurveKeys"/>.</param>
/// <param name="Stride">How many values a point stands for.</param>
/// <param name="At">Steps, ascending.</param>
/// <param name="Values">The mean of each point's values.</param>
/// <param name="Lowest">The lowest of each point's values.</param>
/// <param name="Highest">The highest of each point's values.</param>
public sealed record StoryCurve(string Key, int Stride, double[] At, double[] Values, double[] Lowest, double[] Highest);
