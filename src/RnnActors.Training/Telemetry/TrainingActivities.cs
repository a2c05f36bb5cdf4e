using System.Collections.Concurrent;
using System.Diagnostics;
using RnnActors.Training.Files;

namespace RnnActors.Training.Telemetry;

/// <summary>
/// What trainings spend their time on, as activities (spans of OpenTelemetry): a run, its steps, and what actors and nodes do for them. Where nobody
/// listens when a run begins, nothing of it is traced, and a step costs a look at a reference.
/// </summary>
public static class TrainingActivities
{
    /// <summary>The source's name, for <c>AddSource</c>.</summary>
    public const string Name = "RnnActors.Training";

    internal const string RunTag = "rnnactors.run.id", StepTag = "rnnactors.step", EpochTag = "rnnactors.epoch", FirstShardTag = "rnnactors.shard.first",
        ShardsTag = "rnnactors.shards", NodeTag = "rnnactors.node", WorkerTag = "rnnactors.worker", SegmentTag = "rnnactors.segment",
        LossTag = "rnnactors.loss", FileTag = "rnnactors.file", BytesTag = "rnnactors.bytes", ErrorTag = "error.type";

    private static readonly ActivitySource Source = new(Name, typeof(TrainingActivities).Assembly.GetName().Version!.ToString(3));

    /// <summary>A run has few files at a time, and a cluster few runs.</summary>
    private const int MaxOwners = 10_000;

    private static readonly ConcurrentDictionary<ContentHash, ActivityContext> Owners = new();

    internal static bool AreHeard => Source.HasListeners();

    /// <summary>
    /// Begins an activity that does not become the present one: actors begin some in one message and end them in another, perhaps on another thread.
    /// </summary>
    /// <param name="parent">None for an activity without one.</param>
    /// <returns>Null where nobody listens.</returns>
    internal static Activity? Begin(string name, ActivityContext parent = default, DateTimeOffset start = default)
    {
        if (!AreHeard) return null;
        var present = Activity.Current;

        // The present activity would be the parent of one without.
        Activity.Current = null;
        var begun = Source.StartActivity(ActivityKind.Internal, parent, startTime: start, name: name);
        Activity.Current = present;
        return begun;
    }

    /// <summary>Says that a file is a run's. Where several use it, its transfer is a part of the last that said so.</summary>
    /// <param name="file">Its hash; null for none.</param>
    internal static void Own(string? file, ActivityContext run)
    {
        if (file is null || run == default || !ContentHash.TryParse(file, out var hash)) return;
        if (Owners.Count >= MaxOwners) Owners.Clear();
        Owners[hash] = run;
    }

    /// <summary>Begins the transfer of a file, as a part of its run where that is known here.</summary>
    internal static Activity? BeginFile(string name, ContentHash file, long bytes) => AreHeard
        ? Begin(name, Owners.GetValueOrDefault(file))?.SetTag(FileTag, file.ToString()).SetTag(BytesTag, bytes)
        : null;

    internal static void End(Activity? activity, Exception? failure = null)
    {
        if (activity is null) return;
        if (failure is not null) activity.SetTag(ErrorTag, failure.GetType().FullName).SetStatus(ActivityStatusCode.Error, failure.Message);
        var present = Activity.Current;
        activity.Stop();
        Activity.Current = present;
    }
}
