using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>What a coordinator does that has less of a run than was acknowledged.</summary>
public class AcknowledgedStatesTests
{
    private const string Run = "a";

    private readonly RunLedger _ledger = new(5, "1.0.0", replicates: true, "here");

    /// <summary>The upgrade that lost thousands of steps: the standby was refused, and took over from an old copy.</summary>
    [Fact]
    public void A_coordinator_with_an_older_state_than_is_acknowledged_waits_and_goes_on_from_what_a_node_returns()
    {
        Restore(step: 2543);
        Assert.Empty(_ledger.Started(["a:1"], []).OfType<BeginRun>());
        _ledger.Heard([State(8984)]);
        Assert.Empty(Register("a:1", candidate: true).OfType<BeginRun>());
        Assert.Empty(_ledger.Active);
        Assert.Equal(8984, Assert.Single(_ledger.Ahead).Step);

        _ledger.Holds("a:1", [new HeldRun(Run, 8984)]);
        Assert.Contains(new FetchRun("a:1", Run), _ledger.NodeConnected("a:1"));
        var decisions = _ledger.Returned(Record(), [], Checkpoint(8984)).ToArray();
        Assert.Single(decisions.OfType<BeginRun>());
        Assert.Empty(_ledger.Ahead);
    }

    [Fact]
    public void What_a_node_says_when_it_registers_is_heard_before_anything_begins()
    {
        Restore(step: 2543);
        Assert.Empty(_ledger.Started(["worker", "refused"], []).OfType<BeginRun>());
        _ledger.Heard([State(8984)]);
        Assert.Empty(Register("worker").OfType<BeginRun>());
        Assert.Empty(_ledger.NodeRegistered(Node("refused") with { Protocol = 0 }, isHere: false).OfType<BeginRun>());
        Assert.Empty(_ledger.Awaited);
        Assert.Empty(_ledger.Active);
    }

    [Fact]
    public void A_run_begins_when_all_have_registered_are_lost_or_have_taken_too_long()
    {
        Restore(step: 7);
        Assert.Empty(_ledger.Started(["one", "two", "three"], [State(7)]).OfType<BeginRun>());
        Assert.Empty(Register("one").OfType<BeginRun>());
        Assert.Empty(_ledger.MemberLost("two").OfType<BeginRun>());
        Assert.Single(_ledger.AwaitedLongEnough().OfType<BeginRun>());
    }

    [Fact]
    public void A_run_that_is_complete_elsewhere_is_never_trained_again_even_where_it_is_not_known_or_submitted_anew()
    {
        _ledger.Started([], [State(100)]);
        Assert.Empty(_ledger.Submitted(Job(), []).OfType<BeginRun>());
        Register("a:1", candidate: true);
        _ledger.Holds("a:1", [new HeldRun(Run, 100)]);
        Assert.Single(_ledger.NodeConnected("a:1").OfType<FetchRun>());
        var decisions = _ledger.Returned(Record(RunEnding.Complete), [], Checkpoint(100)).ToArray();
        Assert.Equal(RunEnding.Complete, Assert.Single(decisions.OfType<TellEnded>()).Ended.Ending);
        Assert.Empty(decisions.OfType<BeginRun>());
    }

    [Fact]
    public void A_run_that_was_stopped_goes_on_where_its_client_has_submitted_it_again()
    {
        _ledger.Started([], [State(100)]);
        _ledger.Submitted(Job(), []);
        Assert.Single(_ledger.Returned(Record(RunEnding.Stopped), [], Checkpoint(100)).OfType<BeginRun>());
    }

    [Fact]
    public void Other_runs_train_while_one_waits()
    {
        _ledger.Started([], [State(100)]);
        _ledger.Submitted(Job(), []);
        Assert.Equal("b", Assert.Single(_ledger.Submitted(Job() with { RunId = "b" }, []).OfType<BeginRun>()).Job.RunId);
    }

    [Fact]
    public void Only_somebodys_word_gives_up_what_is_acknowledged_and_all_hear_it()
    {
        Restore(step: 2543);
        _ledger.Started([], [State(8984)]);
        var decisions = _ledger.LossAccepted(Run).ToArray();
        Assert.Single(decisions.OfType<BeginRun>());
        var given = Assert.Single(Assert.Single(decisions.OfType<Acknowledge>()).Runs);
        Assert.Equal((1, 2543), (given.Generation, given.Step));
        _ledger.Heard([State(8984)]);
        Assert.Empty(_ledger.Ahead);
        Assert.Empty(_ledger.LossAccepted(Run));
    }

    [Fact]
    public void A_state_is_acknowledged_when_every_candidate_with_room_has_it_and_at_once_where_there_is_none()
    {
        Begin();
        Assert.Equal(10, Told(_ledger.CheckpointSaved(Run, Checkpoint(10))));
        Candidate("n");
        Candidate("full");
        Assert.Null(Told(_ledger.CheckpointSaved(Run, Checkpoint(20))));
        Assert.Null(Told(Answer("full", "no room")));
        Assert.Null(Told(Answer("n", null))); // of step 10
        Assert.Equal(20, Told(Answer("n", null)));
        Assert.Null(Told(_ledger.CheckpointSaved(Run, Checkpoint(30))));
        Assert.Equal(30, Told(_ledger.NodeLost("n")));
    }

    [Fact]
    public void The_last_word_of_a_coordinator_that_leaves_is_all_that_it_has()
    {
        Begin();
        Candidate("n");
        Assert.Null(Told(_ledger.CheckpointSaved(Run, Checkpoint(20))));
        Assert.False(_ledger.IsCopied);
        Assert.Equal(20, Told(_ledger.Leaving([])));
        Answer("n", null);
        Answer("n", null);
        Assert.True(_ledger.IsCopied);
    }

    /// <summary>As where its client has gone before it could bring them.</summary>
    [Fact]
    public void Of_a_run_whose_data_were_never_brought_nothing_is_to_be_copied()
    {
        Begin();
        Candidate("n");
        _ledger.CheckpointSaved(Run, Checkpoint(20));
        for (int answer = 0; answer < 2; answer++) Answer("n", null);
        _ledger.Submitted(Job() with { RunId = "other" }, ["file"]);
        Assert.True(_ledger.IsCopied);
    }

    /// <summary>Seed 1252: it knew only an older state, took over, and went on from that.</summary>
    [Fact]
    public void A_coordinator_that_leaves_waits_until_a_candidate_that_has_just_joined_has_its_copy()
    {
        Begin();
        _ledger.CheckpointSaved(Run, Checkpoint(20));
        _ledger.BeginLeaving();
        Assert.DoesNotContain(_ledger.Ended(Run, RunEnding.Complete, null), decision => decision is BeginRun);
        _ledger.Leaving(["late", "refused", "gone"]);
        Assert.Equal(["gone", "late", "refused"], _ledger.Joining.Order());
        Assert.False(_ledger.IsReplicated);
        _ledger.NodeRegistered(Node("refused") with { Protocol = 0 }, isHere: false);
        _ledger.MemberLost("gone");
        Register("late", candidate: true);
        Assert.False(_ledger.IsReplicated);
        Assert.Single(_ledger.NodeConnected("late").OfType<Replicate>());
        Assert.False(_ledger.IsReplicated);
        Answer("late", null);
        Assert.True(_ledger.IsReplicated);
    }

    [Fact]
    public void A_coordinator_that_leaves_begins_nothing_and_waits_for_nobody_who_does_not_come()
    {
        Begin();
        _ledger.Submitted(Job() with { RunId = "b" }, []);
        Candidate("n");
        _ledger.BeginLeaving();
        Assert.DoesNotContain(Register("worker"), decision => decision is AdmitNode);
        Assert.DoesNotContain(_ledger.NodeConnected("worker"), decision => decision is AdmitNode);
        Assert.DoesNotContain(_ledger.Ended(Run, RunEnding.Stopped, null), decision => decision is BeginRun);
        Assert.DoesNotContain(_ledger.NodeRegistered(Node("later") with { HighestEpoch = 9 }, isHere: false), decision => decision is RaiseEpoch or DropNode);
        _ledger.Leaving(["n", "never"]);
        while (_ledger.Nodes.First(node => node.Node.Name == "n").Offered is not null) Answer("n", null);
        Assert.False(_ledger.IsReplicated);
        _ledger.JoiningLongEnough();
        Assert.True(_ledger.IsReplicated);
    }

    [Fact]
    public void A_run_that_trains_is_stopped_for_a_newer_state_that_a_node_holds_and_for_nothing_else()
    {
        Begin();
        _ledger.CheckpointSaved(Run, Checkpoint(10));
        Assert.DoesNotContain(_ledger.Heard([State(50)]), decision => decision is StopCurrent);
        Register("a:1", candidate: true);
        _ledger.Holds("a:1", [new HeldRun(Run, 50)]);
        Assert.Contains(new StopCurrent(Run), _ledger.NodeConnected("a:1"));
        _ledger.CheckpointSaved(Run, Checkpoint(12));
        var stopped = _ledger.Ended(Run, RunEnding.Stopped, null).ToArray();
        Assert.Contains(new FetchRun("a:1", Run), stopped);
        Assert.DoesNotContain(stopped, decision => decision is TellEnded);
        Assert.Single(_ledger.Returned(Record(), [], Checkpoint(50)).OfType<BeginRun>());
    }

    /// <summary>Found by simulation: the older best checkpoint took the place of the newer one, while that was fetched.</summary>
    [Fact]
    public void A_node_that_holds_a_newer_state_is_offered_no_older_copy_until_it_is_returned_or_given_up()
    {
        Restore(step: 1);
        _ledger.Started([], [State(9)]);
        foreach (string node in (string[])["a:1", "a:2"])
        {
            Register(node, candidate: true);
            _ledger.Holds(node, [new HeldRun(Run, node == "a:1" ? 9 : 0)]);
        }

        Assert.DoesNotContain(_ledger.NodeConnected("a:1"), decision => decision is Replicate);
        Assert.Equal("a:2", Assert.Single(_ledger.NodeConnected("a:2").OfType<Replicate>()).NodeId);
        Assert.Contains(_ledger.Returned(Record(), [], Checkpoint(9)).OfType<Replicate>(), copy => copy.NodeId == "a:1");
    }

    [Fact]
    public void A_state_that_is_given_up_is_offered_to_who_holds_it()
    {
        Restore(step: 1);
        _ledger.Started([], [State(9)]);
        Register("a:1", candidate: true);
        _ledger.Holds("a:1", [new HeldRun(Run, 9)]);
        Assert.DoesNotContain(_ledger.NodeConnected("a:1"), decision => decision is Replicate);
        Assert.Single(_ledger.LossAccepted(Run).OfType<Replicate>());
    }

    [Fact]
    public void A_cancelled_run_is_over_even_where_a_node_holds_a_newer_state_of_it()
    {
        Begin();
        Register("a:1", candidate: true);
        _ledger.Holds("a:1", [new HeldRun(Run, 50)]);
        _ledger.NodeConnected("a:1");
        Assert.Contains(new StopCurrent(Run), _ledger.StopRequested(Run));
        Assert.DoesNotContain(_ledger.Heard([State(50)]), decision => decision is StopCurrent);
        Assert.Equal(RunEnding.Stopped, Assert.Single(_ledger.Ended(Run, RunEnding.Stopped, null).OfType<TellEnded>()).Ended.Ending);
    }

    [Fact]
    public void A_node_that_cannot_return_what_it_holds_is_asked_again_after_a_wait_and_the_next_one_at_once()
    {
        Restore(step: 1);
        _ledger.Started([], [State(9)]);
        foreach (string node in (string[])["a:1", "a:2"])
        {
            Register(node, candidate: true);
            _ledger.Holds(node, [new HeldRun(Run, 9)]);
        }

        Assert.Single(_ledger.NodeConnected("a:1").OfType<FetchRun>());
        Assert.Empty(_ledger.NodeConnected("a:2").OfType<FetchRun>());
        ManagerDecision[] failed = [.. _ledger.NotReturned("a:1", Run)];
        var again = Assert.Single(failed.OfType<FetchAgain>());
        Assert.Equal("a:1", again.NodeId);
        Assert.Equal("a:2", Assert.Single(failed.OfType<FetchRun>()).NodeId);
        Assert.Empty(_ledger.NodeLost("a:2").OfType<FetchRun>());
        Assert.Single(_ledger.Ahead);
        Assert.Equal("a:1", Assert.Single(_ledger.ReturnDue("a:1", Run).OfType<FetchRun>()).NodeId);
        Assert.True(Assert.Single(_ledger.NotReturned("a:1", Run).OfType<FetchAgain>()).After > again.After);
        Assert.Empty(_ledger.ReturnDue("gone", Run));
    }

    [Fact]
    public void A_newest_checkpoint_that_cannot_be_read_is_no_reason_to_fall_back()
    {
        Restore(step: 20);
        Assert.Single(_ledger.Started([], []).OfType<BeginRun>());
        Assert.True(_ledger.MayBegin(Run, 20, Checkpoint(20)));
        Assert.False(_ledger.MayBegin(Run, 10, Checkpoint(10)));
        Assert.Empty(_ledger.PutOff(Run).OfType<BeginRun>());
        Assert.Equal(20, Assert.Single(_ledger.Ahead).Step);
        Assert.Single(_ledger.LossAccepted(Run).OfType<BeginRun>());
        Assert.True(_ledger.MayBegin(Run, 10, Checkpoint(10)));
    }

    private static AcknowledgedRun Said(int run, int generation, int step) => State(step) with { RunId = $"{run}", Generation = generation };

    /// <summary>Whatever is heard in whatever order and however often, all come to the same.</summary>
    [Fact]
    public void What_is_acknowledged_does_not_depend_on_the_order_of_hearing() =>
        (from said in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[-1, 5], (run, generation, step) => Said(run, generation, step)).Array[0, 30]
         from other in Gen.Shuffle(said)
         select (said, other)).Sample(heard =>
        {
            var one = new AcknowledgedRuns(heard.said);
            var two = new AcknowledgedRuns(heard.other.Concat(heard.said));
            Assert.Equal(one.All.OrderBy(run => run.RunId), two.All.OrderBy(run => run.RunId));
            foreach (var run in heard.said) Assert.False(run.Supersedes(one.Of(run.RunId)));
        });

    private void Begin()
    {
        _ledger.Started([], []);
        _ledger.Submitted(Job(), []);
        _ledger.RunBegan(Run);
    }

    private void Restore(long step) => _ledger.Restored(Record(), [], Checkpoint(step));

    private IReadOnlyList<ManagerDecision> Register(string id, bool candidate = false) =>
        _ledger.NodeRegistered(Node(id) with { IsCandidate = candidate }, isHere: false);

    private void Candidate(string id)
    {
        Register(id, candidate: true);
        _ledger.NodeConnected(id);
    }

    private IReadOnlyList<ManagerDecision> Answer(string node, string? problem)
    {
        var (runId, revision) = _ledger.Nodes.First(one => one.Node.NodeId == node).Offered!.Value;
        return _ledger.ReplicaAnswered(node, runId, revision, problem);
    }

    /// <summary>The step that is acknowledged; null where none is.</summary>
    private static long? Told(IReadOnlyList<ManagerDecision> decisions) => decisions.OfType<Acknowledge>().SingleOrDefault()?.Runs.Single().Step;

    private static AcknowledgedRun State(long step) => new(Run, "run", 0, step, null, 4, "a:1");

    private static ReplicaFile[] Checkpoint(long step) => [new($"step-{step:D8}.safetensors", $"{step}")];

    private static RunRecord Record(RunEnding? ending = null) =>
        new(Job(), 1, ending is { } how ? new RunEnded(Run, how, null, "hash", null) : null);

    private static JobDescription Job() => new(Run, Run, "", "", "", null, null, null, 1, "", "", "");

    private static NodeDescription Node(string id) => new(id, id, false, 1, 0, 0, "1.0.0", 0);
}
