using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>
/// What a reader is sent: a complete snapshot, or the changes since the previous one. Null means unchanged. User data are sent as JSON, also escaped for HTML,
/// and inserted as text by the page.
/// </summary>
/// <param name="Number">The number of the snapshot, and the id of the event.</param>
/// <param name="IsWhole">Whether the reader forgets what it had.</param>
internal sealed record PageFrame(long Number, bool IsWhole, PagePhase Phase)
{
    /// <summary>The maximum number of events on a page.</summary>
    public const int MaxEvents = 100;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Default,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public PageHead? Head { get; init; }

    public PageStatus? Status { get; init; }

    public IReadOnlyList<PageChart>? Charts { get; init; }

    public IReadOnlyList<CurvePart>? Curves { get; init; }

    /// <summary>New events in order; all events if the frame is complete.</summary>
    public IReadOnlyList<StoryEvent>? Events { get; init; }

    /// <summary>New or changed machines, by name and first step.</summary>
    public IReadOnlyList<StoryMachine>? Machines { get; init; }

    public ClusterPart? Cluster { get; init; }

    public PageEnd? End { get; init; }

    /// <param name="before">The reader's snapshot; null for none.</param>
    /// <returns>Null if nothing has changed.</returns>
    public static PageFrame? Of(PageSnapshot? before, PageSnapshot now)
    {
        if (before?.Number == now.Number) return null;
        if (before?.Subject != now.Subject) before = null;
        RunStory? old = before?.Story, story = now.Story;
        var head = story is null ? null : PageHead.Of(story);
        var status = PageStatus.Of(now);
        IReadOnlyList<PageChart> charts = [.. now.Charts.Select(PageChart.Of)];
        IReadOnlyList<CurvePart> curves = story is null
            ? []
            : [.. story.Curves.Select(curve => CurvePart.Of(old?.Curve(curve.Key), curve)).OfType<CurvePart>()];
        IReadOnlyList<StoryEvent> events = story is null ? [] : New(old?.Events ?? [], story.Events);
        IReadOnlyList<StoryMachine> machines = story is null ? [] : [.. story.Machines.Except(old?.Machines ?? [])];
        var frame = new PageFrame(now.Number, before is null, now.Phase)
        {
            Head = head is not null && (old is null || !PageHead.Of(old).Equals(head)) ? head : null,
            Status = before is null || PageStatus.Of(before) != status ? status : null,
            Charts = before is null || !before.Charts.Select(PageChart.Of).SequenceEqual(charts) ? charts : null,
            Curves = curves.Count > 0 ? curves : null,
            Events = events.Count > 0 ? events : null,
            Machines = machines.Count > 0 ? machines : null,
            Cluster = ClusterPart.Of(before?.Cluster, now.Cluster),
            End = !Equals(before?.End, now.End) ? now.End : null,
        };
        return frame is { IsWhole: false, Head: null, Status: null, Charts: null, Curves: null, Events: null, Machines: null, Cluster: null, End: null }
            && before!.Phase == now.Phase
            ? null
            : frame;
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The new events. Kept events are the same objects, so the new ones follow the last known one.</summary>
    private static IReadOnlyList<StoryEvent> New(IReadOnlyList<StoryEvent> old, IReadOnlyList<StoryEvent> now)
    {
        HashSet<StoryEvent> known = new(old, ReferenceEqualityComparer.Instance);
        return [.. now.Where(happened => !known.Contains(happened)).TakeLast(MaxEvents)];
    }
}

/// <summary>The question that the run answers, and its facts.</summary>
internal sealed record PageHead(string Name, string Question, IReadOnlyList<StoryFact> Facts, IReadOnlyList<string> Notes)
{
    public static PageHead Of(RunStory story) => new(story.Name, story.Question, story.Facts, story.Notes);

    public bool Equals(PageHead? other) =>
        other is not null && other.Name == Name && other.Question == Question && other.Facts.SequenceEqual(Facts) && other.Notes.SequenceEqual(Notes);

    public override int GetHashCode() => HashCode.Combine(Name, Question, Facts.Count, Notes.Count);
}

/// <summary>The progress of a run. Times are in seconds; unknown and non-finite values are null.</summary>
internal sealed record PageStatus(
    long Step, long LastStep, int Epoch, int Epochs, double? Loss, double? Validation, double? LearningRate, double? GradientNorm, double? TokensPerSecond,
    double? Seconds,
    double? SecondsLeft, int? Workers)
{
    public static PageStatus Of(PageSnapshot snapshot)
    {
        var progress = snapshot.Story?.Progress ?? new StoryProgress(0, 0, 0, 0);
        RunStatus? status = snapshot.Status;
        // A run that is only followed has its length and speed from the coordinator.
        var run = snapshot.Cluster?.Runs.FirstOrDefault(run => run.Id == snapshot.RunId && run.LastStep > 0);
        long last = progress.LastStep > 0 ? progress.LastStep : run?.LastStep ?? 0;
        double? left = status?.TimeLeft?.TotalSeconds
            ?? (status is null && run is { StepsPerSecond: > 0 } && last > progress.Step ? (last - progress.Step) / run.StepsPerSecond : null);
        return new PageStatus(
            progress.Step, last, progress.Epoch, progress.Epochs, Last(CurveKeys.Loss), Last(CurveKeys.Validation), Last(CurveKeys.LearningRate),
            Last(CurveKeys.GradientNorm), Finite(status?.TokensPerSecond) ?? Last(CurveKeys.TokensPerSecond),
            status is null ? null : Math.Round(status.Elapsed.TotalSeconds),
            snapshot.IsOver || left is not { } seconds ? null : Math.Round(seconds),
            status?.Workers ?? snapshot.Story?.Machines.Where(machine => machine.State == StoryMachine.TakesPart).Sum(machine => machine.Workers));

        double? Last(string key) => snapshot.Story?.Curve(key) is { Values.Length: > 0 } curve ? Finite(curve.Values[^1]) : null;
        static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
    }
}

/// <summary>How a curve is drawn; its points are sent separately.</summary>
/// <param name="Key">The key of the picture: <c>loss</c>, or that of its single curve.</param>
internal sealed record PageChart(string Key, string Title, string? Caption, string YTitle, bool IsLogarithmic, bool HasZero)
{
    public static PageChart Of(Picture picture) =>
        new(picture.Key, picture.Title, picture.Caption, picture.Chart!.YTitle, picture.Chart.IsLogarithmic, picture.Chart.HasZero);
}
