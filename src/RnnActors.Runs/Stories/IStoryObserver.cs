namespace RnnActors.Runs.Stories;

/// <summary>A value of a curve.</summary>
/// <param name="Key">One of <see cref="CurveKeys"/>.</param>
/// <param name="When">The time by this process's clock.</param>
public readonly record struct StoryPoint(string Key, long Step, double Value, DateTimeOffset When);

/// <summary>Receives a run's story as it grows. Training waits for each call: implementations must return at once and must not throw.</summary>
public interface IStoryObserver
{
    /// <summary>Called when a curve grows. In runs of very many steps only every n-th value is passed on.</summary>
    void PointAdded(StoryPoint point);

    /// <summary>Called when a checkpoint was written.</summary>
    /// <param name="path">Its path on the machine that wrote it.</param>
    void Saved(long step, string path);
}
