using System.Collections.Concurrent;
using System.Diagnostics;
using RnnActors.Training.Files;

namespace RnnActors.Training.Telemetry;

/// <summary>
/// Where training spends its time, as activities (OpenTelemetry spans): a run, its steps, and what actors and nodes do for them. If nobody listens when a run
/// begins, the run is not traced, and a step costs a null check.
/// </summary>
public static class TrainingActivities
{
    /// <summary>The source's name, for <c>AddSource</c>.</summary>
    public const string Name = "RnnActors.Training";

    internal const string RunTag = "rnnactors.run.id", StepTag = "rnnactors.step", EpochTag = "rnnactors.epoch", FirstShardTag = "rnnactors.shard.first",
        ShardsTag = "rnnactors.shards", NodeTag = "rnnactors.node", WorkerTag = "rnnactors.worker", SegmentTag = "rnnactors.segment",
        LossTag = "rnnactors.loss", FileTag = "rnnactors.file", BytesTag = "rnnactors.bytes", ErrorTag = "error.type";

    private static readonly ActivitySource Source = new(Name, typeof(TrainingActivities).Assembly.GetName().Version!.ToString(3));

    /// <summary>The maximum number of files whose run is remembered. A run has few files at a time, and a cluster few runs.</summary>
    private const int MaxOwners = 10_000;

    private static readonly ConcurrentDictionary<ContentHash, ActivityContext> Owners = new();

    internal static bool AreHeard => Source.HasListeners();

    /// <summary>
    /// Begins an activity without making it <see cref="Activity.Current"/>: actors begin some in one message and end them in another, perhaps on another
    /// thread.
    /// </summary>
    /// <param name="parent">The default value for none.</param>
    /// <returns>Null where nobody listens.</returns>
    internal static Activity? Begin(string name, ActivityContext parent = default, DateTimeOffset start = default)
    {
        if (!AreHeard) return null;
        var present = Activity.Current;

        // Otherwise the current activity would become the parent of one without a parent.
        Activity.Current = null;
        var begun = Source.StartActivity(ActivityKind.Internal, parent, startTime: start, name: name);
        Activity.Current = present;
        return begun;
    }

    /// <summary>Records which run a file belongs to. If several use it, its transfer is traced as a part of the last one.</summary>
    /// <param name="file">Its hash; null for none.</param>
    internal static void Own(string? file, ActivityContext run)
    {
        if (file is null || run == default || !ContentHash.TryParse(file, out var hash)) return;
        if (Owners.Count >= MaxOwners) Owners.Clear();
        Owners[hash] = run;
    }

    /// <summary>Begins the transfer of a file, as a part of its run if that is known here.</summary>
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
