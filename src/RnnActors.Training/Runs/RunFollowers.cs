using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>Who follows which run. Steps are gathered and told together, some times a second, so that a fast run does not flood anyone; the rest is told at once.</summary>
internal sealed class RunFollowers
{
    /// <summary>What still fits well into a message.</summary>
    private const int MaxSteps = 500;

    /// <summary>Clients whose ends are kept: what is older than so many others is on its way no longer.</summary>
    private const int MaxEnds = 1000;

    private readonly Dictionary<IActorRef, string> _runs = [];

    /// <summary>What the last followers were told: what they said before, and a node that stood still passes on late, begins nothing anew.</summary>
    private readonly OrderedDictionary<IActorRef, RunEnded> _ends = [];
    private readonly List<StepDone> _steps = [];
    private string? _stepsOf;

    public void Add(IActorRef follower, string runId) => _runs[follower] = runId;

    public void Remove(IActorRef follower) => _runs.Remove(follower);

    public bool Follows(IActorRef follower, string runId) => _runs.GetValueOrDefault(follower) == runId;

    /// <summary>How the run ended, as this follower was told; null where it was not.</summary>
    public RunEnded? EndToldTo(IActorRef follower, string runId) => _ends.GetValueOrDefault(follower) is { } ended && ended.RunId == runId ? ended : null;

    public IEnumerable<IActorRef> Of(string runId) => _runs.Where(pair => pair.Value == runId).Select(pair => pair.Key);

    public void Tell(string runId, TrainingEvent happened)
    {
        if (happened is StepDone step)
        {
            if (_stepsOf != runId) Flush();
            _stepsOf = runId;
            _steps.Add(step);
            if (_steps.Count >= MaxSteps) Flush();
            return;
        }

        Flush();
        TellAll(runId, EventFormat.Encode(runId, happened));
    }

    public void Tell(RunEnded ended)
    {
        Flush();
        foreach (var follower in Of(ended.RunId)) Tell(follower, ended);
    }

    public void Tell(IActorRef follower, RunEnded ended)
    {
        _ends.Remove(follower);
        _ends.Add(follower, ended);
        if (_ends.Count > MaxEnds) _ends.RemoveAt(0);
        follower.Tell(ended);
    }

    /// <summary>Tells the steps that were gathered.</summary>
    public void Flush()
    {
        if (_steps.Count > 0 && _runs.Count > 0) TellAll(_stepsOf!, EventFormat.Encode(_stepsOf!, _steps));
        _steps.Clear();
    }

    private void TellAll(string runId, IWireMessage message)
    {
        foreach (var follower in Of(runId)) follower.Tell(message);
    }
}
