using Akka.Actor;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>
/// Training on a cluster: the same job, the same bits as in one process, computed by the nodes. This process brings the data and follows the run.
/// </summary>
public static class ClusterTraining
{
    /// <param name="cancellation">
    /// Stops following the run, which goes on without this process. With <see cref="ClusterTrainingOptions.StopsWhenCancelled"/> it ends the run, between two
    /// steps and with a checkpoint; the outcome then says that it is not complete.
    /// </param>
    /// <exception cref="OperationCanceledException">
    /// Cancelled, and the run goes on; or cancelled before the cluster took the run, or while no coordinator answers.
    /// </exception>
    /// <returns>
    /// The outcome; the last and the best checkpoint are in the folder of the options. It is not complete if somebody else cancelled the run.
    /// </returns>
    /// <exception cref="InvalidInputException">The job cannot be done as it is specified, or no cluster can be reached.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite. The parameters were not updated.</exception>
    /// <exception cref="TrainingFailedException">The run failed for another reason.</exception>
    public static async Task<TrainingOutcome> RunAsync(
        TrainingJob job, RunIdentity identity, ClusterTrainingOptions options, CancellationToken cancellation = default)
    {
        job.CreatePlan();
        var credentials = options.Cluster.Tls?.Load();
        using var temporary = ClientFolder.Create();
        var files = new FileCache(temporary.Path);
        var description = await BackgroundThread.Run(() =>
            JobFiles.Describe(job, identity, options.Name, options.KeepCheckpoints, files, options.Datasets)).ConfigureAwait(false);
        var ended = await FollowAsync(description, options, files, credentials, cancellation).ConfigureAwait(false);
        return ended.Ending switch
        {
            RunEnding.NonFinite => throw new NonFiniteException(ended.Message ?? "The loss is not a finite number."),
            RunEnding.Failed => throw new TrainingFailedException(ended.Message ?? "The run failed."),
            _ => new TrainingOutcome(Bring(job, ended, options, files), ended.Ending == RunEnding.Complete) { Reason = ended.Message },
        };
    }

    private static async Task<RunEnded> FollowAsync(
        JobDescription description, ClusterTrainingOptions options, FileCache files, TlsCredentials? credentials, CancellationToken cancellation)
    {
        var completion = new TaskCompletionSource<RunEnded>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cluster = ClusterClient.Create(options.Cluster);
        await using var ending = cluster.ConfigureAwait(false);
        cluster.NameLearned = news => options.Observe(new ClusterNews(news));
        try
        {
            var client = cluster.System.ActorOf(
                RunFollower.Props(FollowerSettings.Of(description, options), files, credentials, cluster.Receptionist, cluster.HostTowards, completion),
                "client");
            await using var registration = cancellation.Register(() => client.Tell(RunFollower.Stop.Instance)).ConfigureAwait(false);
            await Task.WhenAny(completion.Task, cluster.Refusal).ConfigureAwait(false);
            if (!completion.Task.IsCompleted && cluster.Refusal.IsFaulted) await cluster.Refusal.ConfigureAwait(false);
            return await completion.Task.ConfigureAwait(false);
        }
        catch (ClusterRefusalException e)
        {
            throw new InvalidInputException(e.Message.TrimEnd('.'), "Look at the cluster with: rnnactors status --cluster HOST:PORT", cause: e);
        }
    }

    /// <summary>Moves the fetched checkpoints into the run's folder, and reads the last state.</summary>
    private static TrainingState Bring(TrainingJob job, RunEnded ended, ClusterTrainingOptions options, FileCache files)
    {
        if (ended.Checkpoint is null) return job.CreateState(); // stopped before the first step
        DurableFolder.Create(options.Folder);
        var folder = new CheckpointFolder(options.Folder);
        var fetched = CheckpointFile.Read(files.PathOf(ContentHash.Parse(ended.Checkpoint)));
        string path = folder.PathOf(fetched.Step);
        DurableFile.Copy(fetched.Path, path);
        if (ended.Best is not null) DurableFile.Copy(files.PathOf(ContentHash.Parse(ended.Best)), folder.BestPath);
        var state = TrainingCheckpoint.Restore(fetched, job.Model, job.Training);
        options.Observe(new CheckpointSaved(fetched.Step, path, TrainingCheckpoint.Hash(job.Model.Layout, state.Parameters)));
        return state;
    }
}
