namespace RnnActors.Training.Runs;

/// <summary>Which runs train: as many as there are places, the most urgent ones first.</summary>
public sealed partial class RunLedger
{
    private readonly int _places;
    private readonly List<ManagedRun> _active = [];

    /// <summary>The runs that train or are about to, in the order in which they began.</summary>
    public IReadOnlyList<ManagedRun> Active => _active;

    /// <summary>The runs that are not over, in the order in which they train.</summary>
    public IEnumerable<ManagedRun> Queue => Runs.Where(run => run.Record.Ending is null).OrderByDescending(run => run.Record.Priority);

    /// <summary>The runs that only wait for a place, in their order: they have their files and the acknowledged state.</summary>
    internal IEnumerable<ManagedRun> Waiting =>
        Queue.Where(run => !_active.Contains(run) && run.Missing.Count == 0 && AheadOf(run.Job.RunId) is null);

    /// <summary>Whether a run that ran out of memory had others beside it, so that it may go on alone.</summary>
    public bool WouldTrainAlone(string runId) =>
        FindActive(runId) is { HadCompany: true, Stop: not RunStop.Asked };

    private ManagedRun? FindActive(string runId) => _active.Find(run => run.Job.RunId == runId);

    /// <summary>Begins waiting runs, if there is a place or a less urgent run can be interrupted.</summary>
    private void BeginNext()
    {
        if (_isLeaving || _awaited.Count > 0) return;
        Interrupt();
        if (!EndSettling()) return;
        foreach (var run in Beginning())
        {
            (run.IsTraining, run.Stop, run.HadCompany) = (false, RunStop.None, false);
            _active.Add(run);
            if (_active.Count > 1)
                foreach (var other in _active) other.HadCompany = true;
            _decisions.Add(new BeginRun(run.Job));
        }
    }

    /// <summary>The waiting runs for which there is a place. No run overtakes one that must train alone, so that it gets its turn.</summary>
    private List<ManagedRun> Beginning()
    {
        List<ManagedRun> beginning = [];
        foreach (var run in Waiting)
        {
            bool isAlone = run.TrainsAlone || _active.Concat(beginning).Any(other => other.TrainsAlone);
            if (_active.Count + beginning.Count >= (isAlone ? 1 : _places)) break;
            beginning.Add(run);
        }

        return beginning;
    }
}
