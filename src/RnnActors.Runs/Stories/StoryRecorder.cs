using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Stories;

/// <summary>Records a run's story in bounded memory. The thread that trains writes to it, and whoever shows the run reads from it.</summary>
public sealed class StoryRecorder
{
    /// <summary>The shortest interval over which a speed is measured: single steps may take only milliseconds.</summary>
    private static readonly TimeSpan BetweenSpeeds = TimeSpan.FromSeconds(0.5);

    /// <summary>About the most steps whose values are passed to sinks; of longer runs every n-th is.</summary>
    private const long MaxTold = 10_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly RunStory _begun;
    private readonly Dictionary<string, CurveBuilder> _curves;
    private readonly StoryEvents _events;
    private readonly StoryMachines _machines;
    private readonly List<string> _notes;
    private IReadOnlyList<Finding> _findings;
    private StoryProgress _progress;
    private (TimeSpan At, long Tokens)? _speed;
    private readonly long _told;

    /// <param name="before">The story of the run's earlier steps from its folder; null for none.</param>
    public StoryRecorder(RunOverview run, RunStory? before = null, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _begun = StoryBeginning.Of(run, before);
        (_progress, _findings) = (_begun.Progress, _begun.Findings);
        long start = run.Start.Step;
        _told = Math.Max(1, (run.Plan.LastStep + MaxTold - 1) / MaxTold);
        _curves = (before?.Curves ?? []).DistinctBy(curve => curve.Key).ToDictionary(curve => curve.Key, curve => CurveBuilder.From(curve, start));
        _events = new StoryEvents((before?.Events ?? []).Where(known => known.Step <= start), before?.EventsLeftOut ?? 0);
        _machines = new StoryMachines(before?.Machines ?? [], start);
        _notes = [.. _begun.Notes];
        if (run.Cluster is null) _machines.AddThis(run.Teams, start);
        if (run.IsResumed) _events.Add(new StoryEvent("resumed", start, Now, $"Resumed after step {start}.", false));
    }

    /// <param name="begun">What is known of a run that another process prepared: its name, and where it runs.</param>
    public StoryRecorder(RunStory begun, TimeProvider? clock = null)
    {
        (_clock, _begun, _progress, _findings) = (clock ?? TimeProvider.System, begun, begun.Progress, begun.Findings);
        _told = 1;
        (_curves, _events, _machines, _notes) = ([], new StoryEvents([], 0), new StoryMachines([], 0), [.. begun.Notes]);
    }

    /// <summary>Observers that receive the story as it grows.</summary>
    public IReadOnlyList<IStoryObserver> Observers { get; init; } = [];

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Adds a note that the owner of the data should read.</summary>
    public void Warned(string warning)
    {
        lock (_gate)
            if (!_notes.Contains(warning)) _notes.Add(warning);
    }

    /// <summary>Sets the findings before training, replacing earlier ones.</summary>
    public void Judged(IReadOnlyList<Finding> findings)
    {
        lock (_gate) _findings = findings;
    }

    public void Observe(TrainingEvent happened) => Observe(happened, Now);

    /// <param name="when">When it happened, for events that are reported late.</param>
    public void Observe(TrainingEvent happened, DateTimeOffset when)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case StepDone step:
                    Add(step);
                    break;
                case EpochDone epoch:
                    Add(epoch);
                    break;
                default:
                    if (happened is CheckpointSaved saved)
                        foreach (IStoryObserver observer in Observers) observer.Saved(saved.Step, saved.Path);
                    _machines.Observe(happened, _progress.Step);
                    if (StoryEvents.KindOf(happened) is { } kind)
                        _events.Add(new StoryEvent(kind, _progress.Step, when, EventText.Of(happened, _progress.Epochs), StoryEvents.IsWarning(happened)));
                    break;
            }
        }
    }

    /// <summary>The story as it is now.</summary>
    public RunStory Read()
    {
        lock (_gate)
        {
            return _begun with
            {
                Notes = [.. _notes],
                Findings = _findings,
                Progress = _progress,
                Curves = [.. _curves.Values.Select(curve => curve.Read()).Where(curve => curve.At.Length > 0)],
                Events = _events.Read(),
                EventsLeftOut = _events.LeftOut,
                Machines = _machines.Read(),
                Updated = Now,
            };
        }
    }

    private void Add(StepDone step)
    {
        long at = step.Progress.Step;
        bool isTold = at % _told == 0 || at == _progress.LastStep;
        Tell(CurveKeys.Loss, at, step.Loss, isTold);
        Tell(CurveKeys.GradientNorm, at, step.GradientNorm, isTold);
        Tell(CurveKeys.LearningRate, at, step.LearningRate, isTold);
        _progress = _progress with { Step = at, Epoch = step.Progress.Epoch };

        // Measured by the coordinator's clock, so that delays on the way to a client do not count. A new coordinator has a new clock.
        if (_speed is not { } since || step.Elapsed < since.At)
        {
            _speed = (step.Elapsed, 0);
            return;
        }

        long tokens = since.Tokens + step.Tokens;
        TimeSpan passed = step.Elapsed - since.At;
        if (passed < BetweenSpeeds)
        {
            _speed = (since.At, tokens);
            return;
        }

        Tell(CurveKeys.TokensPerSecond, at, tokens / passed.TotalSeconds);
        _speed = (step.Elapsed, 0);
    }

    private void Add(EpochDone epoch)
    {
        long at = epoch.Progress.Step;
        Tell(CurveKeys.EpochLoss, at, epoch.TrainingLoss);
        if (epoch.ValidationLoss is { } loss) Tell(CurveKeys.Validation, at, loss);
        if (epoch.ValidationAccuracy is { } accuracy) Tell(CurveKeys.ValidationAccuracy, at, accuracy);
        // An epoch's end that is reported late must not set the progress back.
        if (at >= _progress.Step) _progress = _progress with { Step = at, Epoch = epoch.Progress.Epoch };
    }

    /// <summary>Adds a value to a curve and passes it to the sinks, unless it is known: a cluster computes some steps again, to the same bits.</summary>
    private void Tell(string key, long at, double value, bool isTold = true)
    {
        if (!_curves.TryGetValue(key, out var curve)) _curves[key] = curve = new CurveBuilder(key);
        if (!curve.Add(at, value) || !isTold || Observers.Count == 0) return;
        var point = new StoryPoint(key, at, value, Now);
        foreach (IStoryObserver observer in Observers) observer.PointAdded(point);
    }
}
