namespace RnnActors.Training.Runs;

/// <summary>
/// A coordinator that leaves in order. The next one must not begin with an older state, so this one acknowledges all its states and waits for the candidates
/// that may take over.
/// </summary>
public sealed partial class RunLedger
{
    private readonly HashSet<string> _joining = [];
    private bool _isLeaving;

    /// <summary>The candidates that are members and have no channel yet; the coordinator waits for them before it leaves.</summary>
    public IReadOnlyCollection<string> Joining => _joining;

    /// <summary>Whether every candidate that may take over has answered for the newest state.</summary>
    public bool IsReplicated => _joining.Count == 0 && Candidates().All(node => node.Offered is null);

    /// <summary>Whether any run is not over.</summary>
    public bool HasOpenRuns => Runs.Any(run => run.Record.Ending is null);

    /// <summary>Whether another node has a copy of all newest states. A run whose data never arrived needs none.</summary>
    public bool IsCopied => Candidates().Any(node => node.Refused.Count == 0 && Runs.All(run =>
        node.StepAnswered(run.Job.RunId) >= StepOf(run) || (run.Missing.Count > 0 && StepOf(run) == 0)));

    /// <summary>The coordinator is about to leave: no further run begins, and no node joins one that trains. Candidates still get copies.</summary>
    public void BeginLeaving() => _isLeaving = true;

    /// <summary>The coordinator leaves in order, and nothing trains any more: its states are acknowledged, even if no candidate has them yet.</summary>
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

    /// <summary>Ends the wait for candidates that have not come by now.</summary>
    public void JoiningLongEnough() => _joining.Clear();
}
