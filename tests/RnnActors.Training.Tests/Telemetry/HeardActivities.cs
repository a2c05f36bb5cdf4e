using System.Collections.Concurrent;
using System.Diagnostics;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Tests.Telemetry;

/// <summary>Listens to activities below one that it begins. Others, of tests that run at the same time, are none of its business.</summary>
internal sealed class HeardActivities : IDisposable
{
    /// <summary>Of tests that listen, and of one that must not be heard: they run one at a time.</summary>
    public const string Collection = "Activities";

    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly ActivityListener _listener;

    /// <param name="ofAll">Whether those without a caller are heard too.</param>
    public HeardActivities(bool ofAll = false)
    {
        Caller = new Activity("test").Start();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TrainingActivities.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                ofAll || options.TraceId == Caller.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public Activity Caller { get; }

    /// <summary>Those that have stopped, in that order.</summary>
    public IReadOnlyList<Activity> All => [.. _stopped];

    public IReadOnlyList<Activity> Below(Activity parent) => [.. _stopped.Where(activity => activity.ParentSpanId == parent.SpanId)];

    public void Dispose()
    {
        _listener.Dispose();
        Caller.Stop();
    }
}
