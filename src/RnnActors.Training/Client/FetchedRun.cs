using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Client;

/// <summary>Fetched checkpoints of a run.</summary>
/// <param name="Newest">The path of the newest one.</param>
/// <param name="Best">The path of the best one; null where there is none, or it could not be fetched.</param>
internal sealed record FetchedRun(string Newest, string? Best)
{
    /// <summary>Moves them to their places in a run's folder.</summary>
    /// <returns>The step of the newest one.</returns>
    public long Store(string folder)
    {
        DurableFolder.Create(folder);
        var checkpoints = new CheckpointFolder(folder);
        long step = CheckpointFile.Read(Newest).Step;
        if (Best is not null) DurableFile.Copy(Best, checkpoints.BestPath);
        DurableFile.Copy(Newest, checkpoints.PathOf(step));
        return step;
    }
}
