namespace RnnActors.Training.Runs;

/// <summary>
/// A coordinator that leaves in order. The next one must not begin with less than this one has, so it acknowledges all of it and waits for the candidates that
/// may take over.
/// </summary>
public sealed partial class RunLedger
{
    private readonly HashSet<string> _joining = [];
    private bool _isLeaving;

    /// <summary>The candidates that are members and have no channel yet, so that the coordinator waits for them before it leaves.</summary>
    public IReadOnlyCollection<string> Joining => _joining;

    /// <summary>Whether every candidate that may take over has answered for the newest state.</summary>
    public bool IsReplicated => _joining.Count == 0 && Candidates().All(node => node.Offered is null);

    /// <summary>Whether a run is not over.</summary>
    public bool HasOpenRuns => Runs.Any(run => run.Record.Ending is null);

    /// <summary>Whether another node has a copy of all newest states. A run whose data were never brought has none.</summary>
    public bool IsCopied => Candidates().Any(node => node.Refused.Count == 0 && Runs.All(run =>
        node.StepAnswered(run.Job.RunId) >= StepOf(run) || (run.Missing.Count > 0 && StepOf(run) == 0)));

    /// <summary>
    /// The coordinator will leave: no run begins any more, and no node is let into the one that trains. Candidates may still come for copies.
    /// </summary>
    public void BeginLeaving() => _isLeaving = true;

    /// <summary>The coordinator leaves in order, and nothing trains any more: what it has is acknowledged, even where no candidate has it yet.</summary>
    /// <param name="candidates">The names of the other members that may take over.</param>
    public IReadOnlyList<ManagerDecision> Leaving(IEnumerable<string> candidates) => Decide(() =>
    {
        _isLeaving = true;
        foreach (var run in Runs) Acknowledge(run, evenAlone: true);
        if (!_replicates) return;
        _joining.UnionWith(candidates);
        _joining.ExceptWith(_refused.Keys);
        _joining.ExceptWith(_nodes.Values.Where(node => node.IsConnected).Select(node => node.Node.Name));
    });

    /// <summary>Candidates that have not come by now are not waited for.</summary>
    public void JoiningLongEnough() => _joining.Clear();
}
