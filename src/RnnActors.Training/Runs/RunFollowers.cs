using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>The followers of runs. Steps are batched a few times a second, so that a fast run does not flood them; other events are sent at once.</summary>
internal sealed class RunFollowers
{
    /// <summary>The maximum number of steps in a message.</summary>
    private const int MaxSteps = 500;

    /// <summary>How many former followers are remembered; messages of older ones are no longer on their way.</summary>
    private const int MaxEnds = 1000;

    private readonly Dictionary<IActorRef, string> _runs = [];

    /// <summary>The end that each former follower was told of. A node that was paused may pass on its message late, which then starts nothing.</summary>
    private readonly OrderedDictionary<IActorRef, RunEnded> _ends = [];

    /// <summary>For each run, the steps that were not sent yet.</summary>
    private readonly Dictionary<string, List<StepDone>> _steps = [];

    public void Add(IActorRef follower, string runId) => _runs[follower] = runId;

    public void Remove(IActorRef follower) => _runs.Remove(follower);

    public bool Follows(IActorRef follower, string runId) => _runs.GetValueOrDefault(follower) == runId;

    /// <summary>The end that this follower was told of; null for none.</summary>
    public RunEnded? EndToldTo(IActorRef follower, string runId) => _ends.GetValueOrDefault(follower) is { } ended && ended.RunId == runId ? ended : null;

    public IEnumerable<IActorRef> Of(string runId) => _runs.Where(pair => pair.Value == runId).Select(pair => pair.Key);

    public void Tell(string runId, TrainingEvent happened)
    {
        if (happened is StepDone step)
        {
            if (!_steps.TryGetValue(runId, out var steps)) _steps[runId] = steps = [];
            steps.Add(step);
            if (steps.Count >= MaxSteps) Flush(runId);
            return;
        }

        Flush(runId);
        TellAll(runId, EventFormat.Encode(runId, happened));
    }

    public void Tell(RunEnded ended)
    {
        Flush(ended.RunId);
        _steps.Remove(ended.RunId);
        foreach (var follower in Of(ended.RunId)) Tell(follower, ended);
    }

    public void Tell(IActorRef follower, RunEnded ended)
    {
        _ends.Remove(follower);
        _ends.Add(follower, ended);
        if (_ends.Count > MaxEnds) _ends.RemoveAt(0);
        follower.Tell(ended);
    }

    /// <summary>Sends the batched steps.</summary>
    public void Flush()
    {
        foreach (string runId in _steps.Keys) Flush(runId);
    }

    private void Flush(string runId)
    {
        if (!_steps.TryGetValue(runId, out var steps)) return;
        if (steps.Count > 0 && _runs.Count > 0) TellAll(runId, EventFormat.Encode(runId, steps));
        steps.Clear();
    }

    private void TellAll(string runId, IWireMessage message)
    {
        foreach (var follower in Of(runId)) follower.Tell(message);
    }
}
