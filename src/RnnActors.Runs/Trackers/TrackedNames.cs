using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers;

/// <summary>Curves by the names that are common in TensorBoard, which groups them by the prefix before the slash.</summary>
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
