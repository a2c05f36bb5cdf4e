using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>
/// Deletes from time to time what is not needed and exceeds the limits. In a directory that candidates share, only the coordinator deletes, since it alone
/// knows what is needed.
/// </summary>
internal sealed class Retention : ReceiveActor, IWithTimers
{
    /// <summary>The part of a node that knows all runs.</summary>
    public const string Coordinator = "coordinator";

    private static readonly TimeSpan First = TimeSpan.FromSeconds(20), Between = TimeSpan.FromMinutes(5);

    private readonly RetentionSettings _settings;
    private readonly HeldStorage _held;
    private bool _isLooking;

    public Retention(RetentionSettings settings)
    {
        (_settings, _held) = (settings, new HeldStorage(settings.Directory, settings.Use));
        var (self, coordinator) = (Self, Context.ActorSelection(settings.Coordinator));
        Receive<Sweep>(_ =>
        {
            if (_isLooking) return;
            _isLooking = true;
            BackgroundThread.Run(Delete).PipeTo(self, failure: error => new Swept([], error.Message));
        });
        Receive<Swept>(swept =>
        {
            _isLooking = false;
            if (swept.Problem is { } problem) _settings.Report($"Old runs and data could not be deleted: {problem.TrimEnd('.')}");
            if (swept.Deleted.Count > 0) _settings.Report(Text(swept.Deleted));
            string[] runs = [.. swept.Deleted.Where(deletion => deletion.Item.Kind == HeldKind.Run).Select(deletion => deletion.Item.Name)];
            if (runs.Length > 0) coordinator.Tell(new RunsDeleted(runs));
        });
    }

    public sealed record Sweep
    {
        public static readonly Sweep Instance = new();
    }

    /// <summary>Told to the coordinator, where it is in this process.</summary>
    public sealed record RunsDeleted(IReadOnlyList<string> RunIds);

    private sealed record Swept(IReadOnlyList<Deletion> Deleted, string? Problem);

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(RetentionSettings settings) => Akka.Actor.Props.Create(() => new Retention(settings));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, First, Between);

    private Swept Delete()
    {
        var items = _held.List();
        var now = _settings.Time.GetUtcNow();
        bool mayDelete = !_settings.IsShared || _settings.Use.IsKnown(Coordinator);
        Deletion[] deleted = mayDelete ? [.. RetentionRule.Choose(items, _settings.Limits, now).Where(deletion => _held.Delete(deletion.Item))] : [];
        HashSet<HeldItem> gone = [.. deleted.Select(deletion => deletion.Item)];
        HeldItem[] kept = [.. items.Where(item => !gone.Contains(item))];
        _settings.Use.Status = new StorageStatus(
            kept.Count(item => item.Kind == HeldKind.Run), kept.Count(item => item.Kind != HeldKind.Run), kept.Sum(item => item.Bytes),
            _settings.Limits.Bytes,
            deleted.Length > 0 ? $"{now.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {Text(deleted)}" : _settings.Use.Status?.LastDeleted);
        return new Swept(deleted, null);
    }

    private static string Text(IReadOnlyList<Deletion> deleted)
    {
        int runs = deleted.Count(deletion => deletion.Item.Kind == HeldKind.Run), files = deleted.Count - runs;
        IEnumerable<string> what = [.. runs > 0 ? [runs == 1 ? "1 run" : $"{runs} runs"] : Array.Empty<string>(),
            .. files > 0 ? [files == 1 ? "1 file of data" : $"{files} files of data"] : Array.Empty<string>()];
        var why = deleted.Select(deletion => deletion.Reason).Distinct().Order().Select(reason => reason switch
        {
            RetentionReason.Age => "older than --keep-days",
            RetentionReason.Runs => "more runs than --keep-runs",
            _ => "more bytes than --keep-gigabytes",
        });
        double megabytes = deleted.Sum(deletion => deletion.Item.Bytes) / 1e6;
        return FormattableString.Invariant($"Deleted {string.Join(" and ", what)}, {megabytes:0.0} MB, that are not needed ({string.Join(", ", why)})");
    }
}

/// <param name="Coordinator">The path of the coordinator, where it is in this process.</param>
/// <param name="IsShared">Whether candidates share the directory.</param>
/// <param name="Report">Called with news for people, as sentences without full stops.</param>
internal sealed record RetentionSettings(
    NodeDirectory Directory, StorageUse Use, RetentionLimits Limits, string Coordinator, bool IsShared, TimeProvider Time, Action<string> Report);
