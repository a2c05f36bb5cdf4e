using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Client;

/// <summary>Checkpoints of a run that were fetched.</summary>
/// <param name="Newest">The path of the newest one.</param>
/// <param name="Best">The path of the best one; null where there is none, or it could not be had.</param>
internal sealed record FetchedRun(string Newest, string? Best)
{
    /// <summary>Puts them where a run's folder has them.</summary>
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
