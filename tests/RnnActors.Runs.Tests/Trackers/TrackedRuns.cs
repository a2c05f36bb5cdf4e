namespace RnnActors.Runs.Tests.Trackers;

/// <summary>A forecast that trackers follow: four epochs, a checkpoint every five steps.</summary>
internal static class TrackedRuns
{
    public static readonly string[] Tiny =
    [
        "data.window=6", "data.horizon=3", "training.epochs=4", "model.0.lstm=4", "training.batch=64", "data.split.train=0.2", "data.split.validation=0.1",
        "checkpoint.everySteps=5",
    ];
}
