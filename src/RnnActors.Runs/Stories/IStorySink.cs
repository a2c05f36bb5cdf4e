namespace RnnActors.Runs.Stories;

/// <summary>A value of a curve.</summary>
/// <param name="Key">One of <see cref="CurveKeys"/>.</param>
/// <param name="When">By the clock of this process.</param>
public readonly record struct StoryPoint(string Key, long Step, double Value, DateTimeOffset When);

/// <summary>Who is told of a run's story while it goes on. Training waits for the answer: it must come at once, and never as an exception.</summary>
public interface IStorySink
{
    /// <summary>A curve has grown. Where a run has very many steps, some of their values are not told, evenly.</summary>
    void Tells(StoryPoint point);

    /// <summary>A checkpoint was written.</summary>
    /// <param name="path">Where, on the machine that wrote it.</param>
    void Saved(long step, string path);
}
