using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Client;

/// <summary>How to follow a run.</summary>
/// <param name="Request">The first message, sent again until it is answered: <see cref="SubmitRun"/> or <see cref="FollowRun"/>.</param>
internal sealed record FollowerSettings(string RunId, IWireMessage Request, ClientOptions Cluster)
{
    /// <summary>The time limit of the first answer; infinite for none.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc cref="ClusterTrainingOptions.StopsWhenCancelled"/>
    public bool StopsWhenCancelled { get; init; }

    /// <summary>Whether the last and the best checkpoint are fetched at the end.</summary>
    public bool FetchesCheckpoints { get; init; }

    public Action<TrainingEvent> Observe { get; init; } = _ => { };

    /// <inheritdoc cref="ClusterTrainingOptions.Taken"/>
    public Action<string> Taken { get; init; } = _ => { };

    public static FollowerSettings Of(JobDescription job, ClusterTrainingOptions options) =>
        new(job.RunId, new SubmitRun(job, options.Owner, options.Priority), options.Cluster)
        {
            AnswerTimeout = options.AnswerTimeout,
            StopsWhenCancelled = options.StopsWhenCancelled,
            FetchesCheckpoints = true,
            Observe = options.Observe,
            Taken = options.Taken,
        };
}
