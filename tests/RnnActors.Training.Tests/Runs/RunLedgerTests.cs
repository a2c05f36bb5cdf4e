using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

public class RunLedgerTests
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
    public void A_node_that_computes_other_bits_is_refused_with_what_differs_whatever_its_version_says()
    {
        var ledger = new RunLedger(5, Version, replicates: true, arithmetic: new ArithmeticStanding("exp=1 lstm=2", "build a"));
        Assert.Equal(["node"], ledger.NodeRegistered(Node("exp=1 lstm=2", "build b"), isHere: false).OfType<AcceptNode>().Select(accept => accept.Node.NodeId));
        Assert.Equal(
            "it does not compute the cluster's bits (other results of lstm); its build is build b, and the coordinator's build a",
            Assert.IsType<RefuseNode>(Assert.Single(ledger.NodeRegistered(Node("exp=1 lstm=3", "build b"), isHere: false))).Reason);
        Assert.Contains("one of the two machines computes wrongly", Refusal(Node("exp=0 lstm=2", "build a")), StringComparison.Ordinal);
        Assert.Contains("has not proved", Refusal(Node(null, null)), StringComparison.Ordinal);

        string Refusal(NodeDescription node) => Assert.IsType<RefuseNode>(Assert.Single(ledger.NodeRegistered(node, isHere: false))).Reason;

        static NodeDescription Node(string? proof, string? build) =>
            new("node", "a:1", false, 1, 0, 256, Version, 0, Proof: proof, Build: build, ProcessId: "process");
    }

    [Fact]
    public void A_node_that_was_shut_out_takes_part_in_nothing_until_its_process_is_another()
    {
        _ledger.Submitted(Job("a"), []);
        _ledger.RunBegan("a");
        Register("n1", "p1");
        Assert.Equal([new AdmitNode("n1")], _ledger.NodeConnected("n1"));
        ManagerDecision[] shutOut = [.. _ledger.NodeShutOut("a:1", "it lies")];
        Assert.Contains(new TellShutOut("n1", "it lies"), shutOut);
        Assert.Equal([new ShutOutProcess("p1", "it lies")], Assert.Single(shutOut.OfType<StoreRun>()).Run.ShutOut!);
        Assert.Equal(["a"], _ledger.BeginAgain("a").OfType<BeginRun>().Select(begin => begin.Job.RunId));
        Assert.DoesNotContain(_ledger.RunBegan("a"), decision => decision is AdmitNode);
        _ledger.NodeLost("n1");
        Assert.Contains(new TellShutOut("n2", "it lies"), Register("n2", "p1"));
        Assert.DoesNotContain(_ledger.NodeConnected("n2"), decision => decision is AdmitNode);
        _ledger.NodeLost("n2");
        Register("n3", "p2");
        Assert.Contains(new AdmitNode("n3"), _ledger.NodeConnected("n3"));

        ManagerDecision[] Register(string id, string process) =>
            [.. _ledger.NodeRegistered(new NodeDescription(id, "a:1", false, 1, 0, 256, Version, 0, ProcessId: process), isHere: false)];
    }

    /// <summary>It is in the run's record, which candidates have copies of.</summary>
    [Fact]
    public void A_node_that_was_shut_out_is_under_the_next_coordinator_too()
    {
        _ledger.Submitted(Job("a"), []);
        _ledger.RunBegan("a");
        Register(_ledger, "n1");
        var record = _ledger.NodeShutOut("a:1", "it lies").OfType<StoreRun>().Single().Run;
        record = StoredRecords.DecodeRun(StoredRecords.Encode(record))!;

        var next = new RunLedger(6, Version, replicates: true);
        next.Restored(record, [], []);
        next.Started();
        next.RunBegan("a");
        Assert.Contains(new TellShutOut("n2", "it lies"), Register(next, "n2"));
        Assert.DoesNotContain(next.NodeConnected("n2"), decision => decision is AdmitNode);

        var another = new RunLedger(7, Version, replicates: true); // to which a candidate returns the run
        another.Started();
        Register(another, "n3");
        Assert.Contains(new TellShutOut("n3", "it lies"), another.Returned(record, [], []));

        static ManagerDecision[] Register(RunLedger ledger, string id) =>
            [.. ledger.NodeRegistered(new NodeDescription(id, "a:1", false, 1, 0, 256, Version, 0, ProcessId: "p1"), isHere: false)];
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
        foreach (var (name, priority) in new[] { ("a", 0), ("b", 0), ("c", 5), ("d", 5), ("e", -1) })
            _ledger.Submitted(Job(name), [], new Submitter("ann", priority, 7));
        Assert.Equal(["c", "d", "a", "b", "e"], _ledger.Queue.Select(run => run.Job.RunId));
        Assert.Null(_ledger.ReasonNotToMove("e", _ledger.Find("e")!.Record.Number));
        Assert.Equal(9, Assert.Single(_ledger.PrioritySet("e", 9).OfType<StoreRun>()).Run.Priority);
        Assert.Equal("e", Assert.Single(_ledger.Ended("a", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
        Assert.Equal(("ann", 7), (_ledger.Find("b")!.Record.Owner, _ledger.Find("b")!.Record.SubmittedAt));
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
    public void Nodes_take_part_when_they_are_connected_whether_the_run_or_they_come_first()
    {
        Assert.Single(_ledger.NodeRegistered(Node("n"), isHere: false).OfType<AcceptNode>());
        _ledger.Submitted(Job("a"), []);
        Assert.Empty(_ledger.RunBegan("a"));
        Assert.Equal(new AdmitNode("n"), Assert.Single(_ledger.NodeConnected("n")));
        _ledger.NodeLost("n");
        _ledger.NodeRegistered(Node("m"), isHere: false);
        _ledger.NodeConnected("m");
        _ledger.Ended("a", RunEnding.Complete, null);
        _ledger.Submitted(Job("b"), []);
        Assert.Equal(new AdmitNode("m"), Assert.Single(_ledger.RunBegan("b")));
    }

    [Fact]
    public void A_node_of_another_protocol_or_arithmetic_is_refused_and_one_of_another_version_of_the_product_takes_part()
    {
        foreach (var other in new[] { Node("n") with { Protocol = 0 }, Node("n") with { Arithmetic = Versions.Arithmetic + 1 } })
        {
            Assert.Contains("do not train together", Assert.IsType<RefuseNode>(Assert.Single(_ledger.NodeRegistered(other, isHere: false))).Reason,
                StringComparison.Ordinal);
            Assert.Equal("n", Assert.Single(_ledger.Refused).Node.Name);
        }

        Assert.Single(_ledger.NodeRegistered(Node("n") with { Version = "9.9.9" }, isHere: false).OfType<AcceptNode>());
        Assert.Empty(_ledger.Refused);
    }

    [Fact]
    public void A_node_that_registers_again_takes_its_own_place()
    {
        _ledger.NodeRegistered(Node("n"), isHere: false);
        var again = _ledger.NodeRegistered(Node("n"), isHere: false);
        Assert.Equal("n", Assert.Single(again.OfType<DropNode>()).NodeId);
        Assert.Single(again.OfType<AcceptNode>());
        Assert.Single(_ledger.Nodes);
    }

    [Fact]
    public void A_node_that_has_heard_of_a_later_coordinator_raises_the_epoch_above_it_and_all_register_anew()
    {
        _ledger.NodeRegistered(Node("n"), isHere: false);
        _ledger.NodeRegistered(Node("same") with { HighestEpoch = 5 }, isHere: false);
        Assert.Equal(5, _ledger.Epoch);
        var decisions = _ledger.NodeRegistered(Node("m") with { HighestEpoch = 8 }, isHere: false).ToArray();
        Assert.Equal(9, _ledger.Epoch);
        Assert.Equal(["n", "same"], decisions.OfType<DropNode>().Select(drop => drop.NodeId).Order(StringComparer.Ordinal));
        Assert.Contains(new RaiseEpoch(9), decisions);
        Assert.Equal("m", Assert.Single(_ledger.Nodes).Node.NodeId);
    }

    [Fact]
    public void A_candidate_gets_one_copy_at_a_time_and_always_the_newest()
    {
        Candidate("n");
        var first = Assert.Single(_ledger.Submitted(Job("a"), []).OfType<Replicate>());
        for (int i = 0; i < 3; i++) Assert.Empty(_ledger.CheckpointSaved("a", [new($"step-{i}", $"{i}")]));
        Assert.False(_ledger.IsReplicated);
        var second = Assert.Single(_ledger.ReplicaAnswered("n", "a", first.Revision, null).OfType<Replicate>());
        Assert.Equal(first.Revision + 3, second.Revision);
        Assert.Empty(_ledger.ReplicaAnswered("n", "a", first.Revision, null));
        Assert.Empty(_ledger.ReplicaAnswered("n", "a", second.Revision, null));
        Assert.True(_ledger.IsReplicated);
    }

    [Fact]
    public void A_copy_that_a_candidate_could_not_keep_is_offered_again_after_longer_and_longer_until_it_is_kept()
    {
        Candidate("n");
        Candidate("other");
        foreach (var offer in _ledger.Submitted(Job("a"), []).OfType<Replicate>().ToArray()) _ledger.ReplicaAnswered(offer.NodeId, "a", offer.Revision, null);
        _ledger.Ended("a", RunEnding.Complete, null);
        long revision = _ledger.Find("a")!.Revision;
        Assert.Empty(_ledger.ReplicaAnswered("other", "a", revision, null));
        foreach (int seconds in new[] { 10, 20, 40, 80, 160, 300, 300 })
        {
            Assert.Equal(new OfferAgain("n", "a", "full", TimeSpan.FromSeconds(seconds)), Assert.Single(_ledger.ReplicaAnswered("n", "a", revision, "full")));
            Assert.True(_ledger.IsReplicated);
            var again = Assert.IsType<Replicate>(Assert.Single(_ledger.OfferDue("n", "a")));
            Assert.Equal(("n", revision), (again.NodeId, again.Revision));
            Assert.False(_ledger.IsReplicated);
        }

        Assert.Empty(_ledger.ReplicaAnswered("n", "a", revision, null));
        Assert.Empty(_ledger.OfferDue("n", "a"));
        Assert.Empty(_ledger.OfferDue("nobody", "a"));
    }

    [Fact]
    public void What_is_refused_while_a_candidate_waits_is_the_newest_all_the_same_and_makes_no_wait_longer()
    {
        Candidate("n");
        long revision = Assert.Single(_ledger.Submitted(Job("a"), []).OfType<Replicate>()).Revision;
        Assert.Single(_ledger.ReplicaAnswered("n", "a", revision, "full").OfType<OfferAgain>());
        for (int i = 0; i < 5; i++)
        {
            revision = Assert.Single(_ledger.CheckpointSaved("a", [new($"step-{i}", $"{i}")]).OfType<Replicate>()).Revision;
            Assert.Empty(_ledger.ReplicaAnswered("n", "a", revision, "full"));
        }

        revision = Assert.Single(_ledger.OfferDue("n", "a").OfType<Replicate>()).Revision;
        Assert.Equal(TimeSpan.FromSeconds(20), Assert.Single(_ledger.ReplicaAnswered("n", "a", revision, "full").OfType<OfferAgain>()).After);

        // What it keeps ends the waiting; the next refusal begins with the first wait.
        revision = Assert.Single(_ledger.CheckpointSaved("a", [new("step-6", "6")]).OfType<Replicate>()).Revision;
        Assert.Empty(_ledger.ReplicaAnswered("n", "a", revision, null));
        Assert.Empty(_ledger.OfferDue("n", "a"));
        revision = Assert.Single(_ledger.CheckpointSaved("a", [new("step-7", "7")]).OfType<Replicate>()).Revision;
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.Single(_ledger.ReplicaAnswered("n", "a", revision, "full").OfType<OfferAgain>()).After);
    }

    [Fact]
    public void Nothing_is_copied_to_this_process_to_workers_or_where_the_directory_is_shared()
    {
        var shared = new RunLedger(1, Version, replicates: false);
        foreach (var ledger in new[] { _ledger, shared })
        {
            ledger.NodeRegistered(Node("here") with { IsCandidate = true }, isHere: true);
            ledger.NodeRegistered(Node("worker"), isHere: false);
            if (ledger == shared) ledger.NodeRegistered(Node("candidate") with { IsCandidate = true }, isHere: false);
            foreach (var node in ledger.Nodes.ToArray()) ledger.NodeConnected(node.Node.NodeId);
            Assert.DoesNotContain(ledger.Submitted(Job("a"), []), decision => decision is Replicate);
        }
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

            Assert.Equal(beginning, ledger.Current?.Job.RunId);
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
