using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Hosting;

namespace RnnActors.Training.Tests.Hosting;

/// <summary>Runs of <see cref="LocalTraining"/> that fail instead of hanging.</summary>
internal static class LocalRun
{
    /// <summary>Far above what any run here takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<TrainingOutcome> Start(
        TrainingJob job, int workers, ICheckpointSink? checkpoints = null, Action<TrainingEvent>? observe = null, CancellationToken cancellation = default) =>
        LocalTraining.RunAsync(job, new LocalTrainingOptions { Workers = workers, Checkpoints = checkpoints, Observe = observe ?? (_ => { }) }, cancellation).WaitAsync(Limit, CancellationToken.None);
}
