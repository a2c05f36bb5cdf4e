using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;

namespace RnnActors.Training.Tests.Local;

/// <summary>Runs of <see cref="LocalTraining"/> that fail instead of hanging.</summary>
internal static class LocalRun
{
    /// <summary>Far above what any run here takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<TrainingOutcome> Start(
        TrainingJob job, int workers, ICheckpointSink? checkpoints = null, Action<TrainingEvent>? observe = null, WorkerTeams? teams = null,
        CancellationToken cancellation = default)
    {
        var options = new LocalTrainingOptions { Workers = workers, Teams = teams, Checkpoints = checkpoints, Observe = observe ?? (_ => { }) };
        return LocalTraining.RunAsync(job, options, cancellation).WaitAsync(Limit, CancellationToken.None);
    }
}
