using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers;

/// <summary>Curves by the names that TensorBoard's users give them. It groups them by what stands before the slash.</summary>
internal static class TrackedNames
{
    public static string Tag(string key) => key switch
    {
        CurveKeys.Loss => "loss/step",
        CurveKeys.EpochLoss => "loss/epoch",
        CurveKeys.Validation => "loss/validation",
        CurveKeys.ValidationAccuracy => "accuracy/validation",
        CurveKeys.LearningRate => "optimizer/learning_rate",
        CurveKeys.GradientNorm => "optimizer/gradient_norm",
        CurveKeys.TokensPerSecond => "speed/tokens_per_second",
        _ => key,
    };
}
