using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>A run of higher priority interrupts the one that trains.</summary>
public partial class RunLedgerTests
{
    [Fact]
    public void A_run_of_higher_priority_interrupts_the_one_that_trains_which_keeps_its_place_and_goes_on_after_it()
    {
        foreach (string name in (string[])["first", "long", "last"]) Submit(name, 0);
        _ledger.Ended("first", RunEnding.Complete, null);
        _ledger.RunBegan("long");
        Assert.Equal(new StopCurrent("long"), Assert.Single(Submit("urgent", 10).OfType<StopCurrent>()));
        Assert.Empty(Submit("more", 20).OfType<StopCurrent>());
        Saved("long", 7);
        var decisions = Stopped("long", 7);
        Assert.Equal(
            new RunPause(7, "more", "more", 20, 9, "hash", 4),
            Assert.Single(decisions.OfType<TellPaused>(), paused => paused.RunId == "long").Pause);
        Assert.Empty(decisions.OfType<TellEnded>());
        Assert.Equal("more", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
        Assert.Equal(["more", "urgent", "long", "last"], _ledger.Queue.Select(run => run.Job.RunId));
        Assert.Equal("urgent", Assert.Single(_ledger.Ended("more", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
        Assert.Equal("long", Assert.Single(_ledger.Ended("urgent", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
        Assert.NotNull(_ledger.Find("long")!.Record.Pause);
        decisions = [.. _ledger.RunBegan("long")];
        Assert.Equal(new TellResumed("long"), Assert.Single(decisions.OfType<TellResumed>()));
        Assert.Null(Assert.Single(decisions.OfType<StoreRun>()).Run.Pause);
    }

    [Fact]
    public void Neither_equal_priority_nor_a_run_that_cannot_begin_interrupts()
    {
        Submit("a", 5);
        _ledger.RunBegan("a");
        Assert.Empty(Submit("b", 5).OfType<StopCurrent>());
        Assert.Empty(Submit("c", 4).OfType<StopCurrent>());
        Assert.Empty(_ledger.Submitted(Job("d"), ["file"], new Submitter(null, 9, 0)).OfType<StopCurrent>());
        Assert.Single(_ledger.FileStored("file").OfType<StopCurrent>());

        var patient = new RunLedger(5, Version, replicates: true, preempts: false);
        patient.Submitted(Job("a"), [], new Submitter(null, 0, 0));
        patient.RunBegan("a");
        Assert.Empty(patient.Submitted(Job("b"), [], new Submitter(null, 9, 0)).OfType<StopCurrent>());
        Assert.Empty(patient.PrioritySet("a", -1).OfType<StopCurrent>());
    }

    [Fact]
    public void Raising_one_that_waits_and_lowering_the_one_that_trains_interrupts_it()
    {
        Submit("a", 5);
        Submit("b", 5);
        _ledger.RunBegan("a");
        Assert.Single(_ledger.PrioritySet("b", 6).OfType<StopCurrent>());
        Assert.Equal("b", Assert.Single(Stopped("a", 0).OfType<BeginRun>()).Job.RunId);
        _ledger.RunBegan("b");
        Assert.Single(_ledger.PrioritySet("b", 4).OfType<StopCurrent>());
        Assert.Equal("a", Assert.Single(Stopped("b", 0).OfType<BeginRun>()).Job.RunId);
    }

    [Fact]
    public void Where_nobody_is_more_urgent_any_more_the_interrupted_run_goes_on_itself_and_is_not_told_to_be_paused()
    {
        Submit("a", 0);
        Submit("b", 1);
        Submit("c", 0);
        _ledger.RunBegan("b");
        _ledger.PrioritySet("c", 2);
        _ledger.StopRequested("c");
        var decisions = Stopped("b", 0);
        Assert.Empty(decisions.OfType<TellPaused>());
        Assert.Equal("b", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
        Assert.Empty(_ledger.RunBegan("b").OfType<TellResumed>());
    }

    [Fact]
    public void A_run_that_is_only_loaded_is_put_back_at_once_unless_somebody_has_cancelled_it()
    {
        Submit("a", 0);
        Assert.Equal("b", Assert.Single(Submit("b", 1).OfType<BeginRun>()).Job.RunId);
        Assert.Equal(["b", "a"], _ledger.Queue.Select(run => run.Job.RunId));
        _ledger.RunBegan("a"); // said of what was begun before
        Assert.False(_ledger.Find("a")!.IsTraining);
        Assert.Equal("a", Assert.Single(_ledger.Ended("b", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
        _ledger.StopRequested("a");
        Assert.Empty(Submit("c", 1).OfType<BeginRun>());
        Assert.Single(_ledger.RunBegan("a").OfType<StopCurrent>());
        Assert.Equal(RunEnding.Stopped, Assert.Single(Stopped("a", 0).OfType<TellEnded>()).Ended.Ending);
    }

    [Fact]
    public void The_next_run_begins_when_the_candidates_have_the_paused_ones_state_or_no_room_for_it()
    {
        foreach (string name in (string[])["has", "full", "goes"]) Candidate(name);
        Submit("a", 0);
        _ledger.RunBegan("a");
        Submit("b", 1);
        AnswerAll();
        Saved("a", 7);
        var decisions = Stopped("a", 7);
        Assert.Empty(decisions.OfType<BeginRun>());
        Assert.Empty(decisions.OfType<TellPaused>());
        Assert.Empty(Answer("has", null).OfType<BeginRun>());
        Assert.Empty(Answer("full", "the disk is full").OfType<BeginRun>());
        decisions = [.. _ledger.NodeLost("goes")];
        Assert.Single(decisions.OfType<TellPaused>());
        Assert.Equal("b", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
        Assert.Equal(7, Assert.Single(_ledger.Acknowledged, run => run.RunId == "a").Step);
    }

    [Fact]
    public void A_slow_candidate_keeps_the_next_run_waiting_for_so_long_and_gets_the_paused_ones_state_before_any_other()
    {
        foreach (string name in (string[])["has", "slow"]) Candidate(name);
        Submit("a", 0);
        _ledger.RunBegan("a");
        Submit("b", 1);
        AnswerAll();
        Saved("a", 7);
        var limit = Assert.Single(Stopped("a", 7).OfType<LimitSettling>());
        Assert.Equal(new LimitSettling("a", 1, RunLedger.SettleLimit), limit);
        Answer("has", null);
        Assert.Equal(["slow"], _ledger.Lacking("a"));
        Assert.Empty(_ledger.SettlingDue("a", 0)); // of an earlier pause
        var decisions = _ledger.SettlingDue("a", 1).ToArray();
        Assert.Equal(7, Assert.Single(decisions.OfType<TellPaused>()).Pause.Step);
        Assert.Equal("b", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
        Assert.NotNull(_ledger.PauseOf(_ledger.Find("a")!));
        Assert.NotEqual(7, _ledger.Acknowledged.FirstOrDefault(run => run.RunId == "a")?.Step);

        _ledger.RunBegan("b");
        Saved("b", 3);
        Answer("slow", null); // for what it was offered before the pause
        Assert.Equal("a", _ledger.Nodes.Single(node => node.Node.NodeId == "slow").Offered!.Value.RunId);
        Answer("slow", null);
        Assert.Empty(_ledger.Lacking("a"));
        Assert.Equal(7, Assert.Single(_ledger.Acknowledged, run => run.RunId == "a").Step);
    }

    [Fact]
    public void A_paused_run_is_cancelled_at_once_also_while_the_next_one_waits_for_its_copies()
    {
        Candidate("slow");
        Submit("a", 0);
        _ledger.RunBegan("a");
        Submit("b", 1);
        Saved("a", 7);
        Stopped("a", 7);
        var decisions = _ledger.StopRequested("a", "cancelled by ann").ToArray();
        var ended = Assert.Single(decisions.OfType<TellEnded>()).Ended;
        Assert.Equal((RunEnding.Stopped, "cancelled by ann", 7, 9, "hash"), (ended.Ending, ended.Message, ended.Step, ended.LastStep, ended.Parameters));
        Assert.Equal("b", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
        Assert.Null(_ledger.ReasonNotToDelete("a", 1));
    }

    [Fact]
    public void A_run_that_is_stopped_by_somebody_while_it_is_interrupted_is_over()
    {
        Submit("a", 0);
        _ledger.RunBegan("a");
        Submit("b", 1);
        _ledger.StopRequested("a", "cancelled by ann");
        var decisions = Stopped("a", 7);
        Assert.Equal("cancelled by ann", Assert.Single(decisions.OfType<TellEnded>()).Ended.Message);
        Assert.Empty(decisions.OfType<TellPaused>());
        Assert.Equal("b", Assert.Single(decisions.OfType<BeginRun>()).Job.RunId);
    }

    [Fact]
    public void A_run_that_ends_by_itself_while_it_is_interrupted_is_over()
    {
        Submit("a", 0);
        _ledger.RunBegan("a");
        Submit("b", 1);
        Assert.Equal(RunEnding.Complete, Assert.Single(_ledger.Ended("a", RunEnding.Complete, null).OfType<TellEnded>()).Ended.Ending);
        Assert.Equal("b", Assert.Single(_ledger.Active).Job.RunId);
    }

    [Fact]
    public void A_run_that_would_begin_again_without_a_node_that_was_shut_out_gives_way_first()
    {
        Submit("a", 0);
        _ledger.RunBegan("a");
        Submit("b", 1);
        Assert.Equal("b", Assert.Single(_ledger.BeginAgain("a").OfType<BeginRun>()).Job.RunId);
        Assert.Equal("a", Assert.Single(_ledger.Ended("b", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
    }

    /// <summary>The record lies on the disks of coordinator and candidates.</summary>
    [Fact]
    public void The_next_coordinator_trains_the_urgent_run_on_and_then_the_paused_one_and_shows_it_as_paused()
    {
        Submit("a", 0);
        _ledger.RunBegan("a");
        _ledger.UnauditedCounted("a", 3);
        Submit("b", 1);
        Saved("a", 7);
        Stopped("a", 7);
        var next = new RunLedger(6, Version, replicates: true);
        foreach (var run in _ledger.Runs) next.Restored(StoredRecords.DecodeRun(StoredRecords.Encode(run.Record))!, [], run.Checkpoints);
        Assert.Equal("b", Assert.Single(next.Started().OfType<BeginRun>()).Job.RunId);
        var paused = next.Find("a")!;
        Assert.Equal((7, "b", 7), (paused.Record.Pause!.Step, paused.Record.Pause.By, paused.NewestStep));
        Assert.Equal(5, paused.Record.Unaudited);
        Assert.Equal("a", Assert.Single(next.Ended("b", RunEnding.Complete, null).OfType<BeginRun>()).Job.RunId);
        Assert.Equal(new TellResumed("a"), Assert.Single(next.RunBegan("a").OfType<TellResumed>()));
    }

    [Fact]
    public void A_coordinator_that_leaves_interrupts_nothing()
    {
        Submit("a", 0);
        _ledger.RunBegan("a");
        _ledger.BeginLeaving();
        Assert.Empty(Submit("b", 1).OfType<StopCurrent>());
        Assert.Empty(_ledger.PrioritySet("a", -1).OfType<StopCurrent>());
    }

    private IReadOnlyList<ManagerDecision> Submit(string name, int priority) => [.. _ledger.Submitted(Job(name), [], new Submitter(null, priority, 0))];

    private void Saved(string runId, long step) => _ledger.CheckpointSaved(runId, [new ReplicaFile($"step-{step:00000000}.safetensors", "file")]);

    private IReadOnlyList<ManagerDecision> Stopped(string runId, long step) =>
        [.. _ledger.Ended(runId, RunEnding.Stopped, null, new Reached(step, 9, "hash", 5), 4)];

    /// <summary>Candidates take all that they are offered.</summary>
    private void AnswerAll()
    {
        while (_ledger.Nodes.FirstOrDefault(node => node.Offered is not null) is { } node) Answer(node.Node.NodeId, null);
    }

    private IReadOnlyList<ManagerDecision> Answer(string node, string? problem)
    {
        var (runId, revision) = _ledger.Nodes.First(registered => registered.Node.NodeId == node).Offered!.Value;
        return [.. _ledger.ReplicaAnswered(node, runId, revision, problem)];
    }
}
