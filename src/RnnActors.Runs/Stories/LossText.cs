using RnnActors.Core.Objectives;

namespace RnnActors.Runs.Stories;

/// <summary>The common name of a loss.</summary>
public static class LossText
{
    public static string Of(Objective loss) => loss switch
    {
        MeanSquaredError => "mean squared error",
        MeanAbsoluteError => "mean absolute error",
        SoftmaxCrossEntropy => "cross-entropy in nats",
        _ => $"{loss.Name} loss",
    };
}
