using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

public partial class RunLedgerTests
{
    private const string Version = "1.2.3";

    private readonly RunLedger _ledger = new(5, Version, replicates: true);

    [Fact]
    public void A_run_begins_when_its_files_are_there_and_the_next_when_it_has_ended()
    {
        Assert.DoesNotContain(_ledger.Submitted(Job("a"), ["f", "g"]), decision => decision is BeginRun);
        Assert.Equal("b", Assert.Single(_ledger.Submitted(Job("b"), []).OfType<BeginRun>()).Job.RunId);
        Assert.Empty(_ledger.FileStored("f"));
        Assert.Empty(_ledger.FileStored("g"));
        _ledger.RunBegan("b");
        var decisions = _ledger.Ended("b", RunEnding.Complete, null);
        Assert.Equal(RunEnding.Complete, Assert.Single(decisions.OfType<TellEnded>()).Ended.Ending);
        Assert.Equal("a", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
    }

    [Fact]
    public void The_same_job_again_is_the_same_run_and_a_stopped_one_goes_on()
    {
        _ledger.Submitted(Job("a"), []);
        _ledger.RunBegan("a");
        Assert.Empty(_ledger.Submitted(Job("a"), []));
        Assert.Equal(new StopCurrent("a"), Assert.Single(_ledger.StopRequested("a")));
        _ledger.Ended("a", RunEnding.Stopped, null);
        Assert.Equal("a", Assert.Single(_ledger.Submitted(Job("a"), []).OfType<BeginRun>()).Job.RunId);
        _ledger.RunBegan("a");
        _ledger.Ended("a", RunEnding.Complete, null);
        Assert.Empty(_ledger.Submitted(Job("a"), []));
        Assert.Single(_ledger.Runs);
    }

    [Fact]
    public void A_run_that_waits_is_stopped_at_once_and_one_that_is_loaded_as_soon_as_it_stands()
    {
        _ledger.Submitted(Job("a"), []);
        _ledger.Submitted(Job("b"), []);
        Assert.Equal(RunEnding.Stopped, Assert.Single(_ledger.StopRequested("b").OfType<TellEnded>()).Ended.Ending);
        Assert.Empty(_ledger.StopRequested("a"));
        Assert.Contains(new StopCurrent("a"), _ledger.RunBegan("a"));
    }

    [Fact]
    public void Higher_priorities_train_first_and_equal_ones_in_the_order_of_their_submission()
    {
        var ledger = new RunLedger(5, Version, replicates: true, preempts: false);
        foreach (var (name, priority) in new[] { ("a", 0), ("b", 0), ("c", 5), ("d", 5), ("e", -1) })
            ledger.Submitted(Job(name), [], new Submitter("ann", priority, 7));
        Assert.Equal(["c", "d", "a", "b", "e"], ledger.Queue.Select(run => run.Job.RunId));
        Assert.Null(ledger.ReasonNotToMove("e", ledger.Find("e")!.Record.Number));
        Assert.Equal(9, Assert.Single(ledger.PrioritySet("e", 9).OfType<StoreRun>()).Run.Priority);
        Assert.Equal("e", Assert.Single(ledger.Ended("a", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
        Assert.Equal(("ann", 7), (ledger.Find("b")!.Record.Owner, ledger.Find("b")!.Record.SubmittedAt));
    }

    [Fact]
    public void More_runs_than_may_wait_are_refused_and_those_that_it_has_are_not()
    {
        var ledger = new RunLedger(5, Version, replicates: true, maxOpen: 2);
        foreach (string name in (string[])["a", "b"]) Assert.Null(Submit(ledger, name));
        Assert.Contains("2 runs train or wait already", Submit(ledger, "c"), StringComparison.Ordinal);
        Assert.Null(Submit(ledger, "b"));
        ledger.StopRequested("b");
        Assert.Null(Submit(ledger, "c"));
        Assert.NotNull(Submit(ledger, "b"));

        static string? Submit(RunLedger ledger, string name)
        {
            string? reason = ledger.ReasonToRefuse(Job(name));
            if (reason is null) ledger.Submitted(Job(name), []);
            return reason;
        }
    }

    [Fact]
    public void A_cancelled_run_says_by_whom_and_goes_on_behind_those_that_wait()
    {
        foreach (string name in (string[])["a", "b", "c"]) _ledger.Submitted(Job(name), []);
        long number = _ledger.Find("b")!.Record.Number;
        Assert.Equal("cancelled by ann", Assert.Single(_ledger.StopRequested("b", "cancelled by ann").OfType<TellEnded>()).Ended.Message);
        _ledger.Submitted(Job("b"), []);
        Assert.Equal(["a", "c", "b"], _ledger.Queue.Select(run => run.Job.RunId));
        Assert.Contains("submitted anew", _ledger.ReasonNotToCancel("b", number), StringComparison.Ordinal);
        _ledger.RunBegan("a");
        _ledger.StopRequested("a", "cancelled by bob");
        Assert.Equal("cancelled by bob", Assert.Single(_ledger.Ended("a", RunEnding.Stopped, null).OfType<TellEnded>()).Ended.Message);
    }

    /// <summary>A candidate that was away keeps its copy: were nothing left of the run, it would come back with it.</summary>
    [Fact]
    public void Of_a_deleted_run_a_record_stays_which_candidates_get_until_it_is_submitted_again()
    {
        _ledger.Submitted(Job("a"), []);
        Assert.NotNull(_ledger.ReasonNotToDelete("a", 1));
        _ledger.Ended("a", RunEnding.Complete, null);
        Assert.Null(_ledger.ReasonNotToDelete("a", 1));
        var decisions = _ledger.Deleted("a").ToArray();
        Assert.True(Assert.Single(decisions.OfType<StoreRun>()).Run.IsDeleted);
        Assert.Equal(Job("a").Train, Assert.Single(Assert.Single(decisions.OfType<RemoveRun>()).Files));
        Assert.Null(_ledger.Find("a"));
        Assert.Empty(_ledger.Runs);
        _ledger.NodeRegistered(Node("n") with { IsCandidate = true }, isHere: false);
        Assert.True(Assert.Single(_ledger.NodeConnected("n").OfType<Replicate>()).Run.IsDeleted);

        var restored = new RunLedger(6, Version, replicates: true);
        restored.Restored(Assert.Single(decisions.OfType<StoreRun>()).Run, ["f"], []);
        Assert.Empty(restored.Runs);
        Assert.Single(_ledger.Submitted(Job("a"), []).OfType<BeginRun>());
        Assert.False(Assert.Single(_ledger.Runs).Record.IsDeleted);
    }

    [Fact]
    public void A_complete_run_whose_result_was_damaged_goes_on_from_what_there_is()
    {
        var ended = new RunEnded("a", RunEnding.Complete, null, "result", null);
        _ledger.Restored(new RunRecord(Job("a"), 1, ended), [], [new ReplicaFile("step-00000004.safetensors", "damaged")]);
        _ledger.Restored(new RunRecord(Job("b"), 2, ended with { RunId = "b" }), [], [new ReplicaFile("step-00000004.safetensors", "result")]);
        _ledger.Restored(new RunRecord(Job("c"), 3, ended with { RunId = "c" }), [], []);
        Assert.Equal("a", Assert.Single(_ledger.Started().OfType<BeginRun>()).Job.RunId);
        Assert.Equal(["b", "c"], _ledger.Runs.Where(run => run.Record.Ending is not null).Select(run => run.Job.RunId));
    }

    [Fact]
    public void What_was_on_the_disk_goes_on_in_its_order_even_where_two_have_one_number()
    {
        _ledger.Restored(new RunRecord(Job("done"), 1, new RunEnded("done", RunEnding.Complete, null, null, null)), [], []);
        _ledger.Restored(new RunRecord(Job("b"), 2, null), [], []);
        _ledger.Restored(new RunRecord(Job("c"), 2, null), [], []);
        Assert.Equal("b", Assert.Single(_ledger.Started().OfType<BeginRun>()).Job.RunId);
        Assert.Equal("c", Assert.Single(_ledger.Ended("b", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
    }

    /// <summary>Whatever happens in whatever order: one run trains at most, runs never vanish, and
    /// a candidate that answers holds the newest of everything in the end.</summary>
    [Fact]
    public void Any_order_of_events_leaves_a_whole_ledger() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 2]).Array[0, 80].Sample(events =>
    {
        var ledger = new RunLedger(1, Version, replicates: true);
        HashSet<string> submitted = [];
        List<ManagerDecision> all = [];
        string? beginning = null;
        void Do(IReadOnlyList<ManagerDecision> decisions)
        {
            foreach (var decision in decisions.ToArray())
            {
                all.Add(decision);
                if (decision is BeginRun begin)
                {
                    Assert.Null(beginning);
                    beginning = begin.Job.RunId;
                }
            }
        }

        foreach (var (what, run, node) in events)
        {
            string runId = $"run{run}", nodeId = $"node{node}";
            switch (what)
            {
                case 0 or 1:
                    submitted.Add(runId);
                    Do(ledger.Submitted(Job(runId), what == 0 ? [] : ["file"]));
                    break;
                case 2: Do(ledger.FileStored("file")); break;
                case 3 when beginning is not null: Do(ledger.RunBegan(beginning)); break;
                case 4 when beginning is { } ended:
                    beginning = null;
                    Do(ledger.Ended(ended, (RunEnding)node, null));
                    break;
                case 5: Do(ledger.NodeRegistered(Node(nodeId) with { IsCandidate = node > 0 }, isHere: false)); break;
                case 6: Do(ledger.NodeConnected(nodeId)); break;
                case 7: Do(ledger.NodeLost(nodeId)); break;
                case 8: Do(ledger.CheckpointSaved(runId, [new("step", $"{all.Count}")])); break;
                case 9: Do(ledger.StopRequested(runId)); break;
                default: break;
            }

            Assert.Equal(beginning, ledger.Active.SingleOrDefault()?.Job.RunId);
            Assert.Equal(submitted.Order(), ledger.Runs.Select(known => known.Job.RunId).Order());
        }

        foreach (var candidate in ledger.Nodes.Where(registered => registered is { IsConnected: true, Node.IsCandidate: true }).ToArray())
        {
            // Answer every offer until none comes.
            for (int i = 0; i < 20; i++)
            {
                foreach (var offer in all.OfType<Replicate>().Where(offer => offer.NodeId == candidate.Node.NodeId).ToArray())
                    Do(ledger.ReplicaAnswered(offer.NodeId, offer.Run.Job.RunId, offer.Revision, null));
            }
        }

        Assert.True(ledger.IsReplicated);
    });

    private void Candidate(string id)
    {
        _ledger.NodeRegistered(Node(id) with { IsCandidate = true }, isHere: false);
        _ledger.NodeConnected(id);
    }

    private static JobDescription Job(string runId) => new(runId, runId, "", "", "", null, null, null, 1, "", "", "");

    private static NodeDescription Node(string id) => new(id, id, false, 1, 0, 0, Version, 0);
}
