namespace RnnActors.Runs.Stories;

/// <summary>The curves of a run, by their names for machines.</summary>
public static class CurveKeys
{
    /// <summary>The mean loss of a step's batch, before its update.</summary>
    public const string Loss = "loss";

    /// <summary>The mean loss of an epoch's batches.</summary>
    public const string EpochLoss = "epoch_loss";

    /// <summary>The loss of the validation rows at the end of an epoch.</summary>
    public const string Validation = "validation_loss";

    /// <summary>The share of right labels among the validation rows.</summary>
    public const string ValidationAccuracy = "validation_accuracy";

    public const string LearningRate = "learning_rate";

    /// <summary>The gradient's L2 norm before clipping.</summary>
    public const string GradientNorm = "gradient_norm";

    public const string TokensPerSecond = "tokens_per_second";
}

/// <summary>A curve by step. Where there were too many steps, a point stands for several of them, and the ends for one each.</summary>
/// <param name="Key">One of <see cref="CurveKeys"/>.</param>
/// <param name="Stride">How many values a point stands for.</param>
/// <param name="At">Steps, ascending.</param>
/// <param name="Values">The mean of a point's values.</param>
/// <param name="Lowest">The lowest of them.</param>
/// <param name="Highest">The highest of them.</param>
public sealed record StoryCurve(string Key, int Stride, double[] At, double[] Values, double[] Lowest, double[] Highest);
