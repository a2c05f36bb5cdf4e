using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>Several runs train at once.</summary>
public partial class RunLedgerTests
{
    [Fact]
    public void As_many_runs_begin_as_there_are_places_and_each_node_takes_part_in_all_of_them()
    {
        var ledger = Of(places: 2);
        ledger.NodeRegistered(Node("n"), isHere: false);
        ledger.NodeConnected("n");
        Assert.Equal(["a"], Begun(Submit(ledger, "a", 0)));
        Assert.Equal(["b"], Begun(Submit(ledger, "b", 0)));
        Assert.Empty(Begun(Submit(ledger, "c", 0)));
        Assert.Equal([new AdmitNode("n", "b")], ledger.RunBegan("b"));
        Assert.Equal([new AdmitNode("n", "a")], ledger.RunBegan("a"));
        ledger.NodeRegistered(Node("m"), isHere: false);
        Assert.Equal([new AdmitNode("m", "a"), new AdmitNode("m", "b")], ledger.NodeConnected("m"));
        Assert.Equal(["c"], Begun(ledger.Ended("a", RunEnding.Complete, null)));
        Assert.Equal(["b", "c"], ledger.Active.Select(run => run.Job.RunId));
    }

    [Fact]
    public void An_urgent_run_takes_a_free_place_before_it_interrupts_the_least_urgent_one_and_no_equal()
    {
        var ledger = Of(places: 2);
        Submit(ledger, "a", 1);
        ledger.RunBegan("a");
        Assert.Empty(Submit(ledger, "b", 5).OfType<StopCurrent>());
        ledger.RunBegan("b");
        Assert.Empty(Submit(ledger, "c", 1).OfType<StopCurrent>());
        Assert.Equal(new StopCurrent("a"), Assert.Single(Submit(ledger, "urgent", 9).OfType<StopCurrent>()));
        Assert.Empty(Submit(ledger, "equal", 5).OfType<StopCurrent>());
        Assert.Equal(new StopCurrent("b"), Assert.Single(Submit(ledger, "more", 9).OfType<StopCurrent>()));
        Assert.Equal(["urgent"], Begun(ledger.Ended("a", RunEnding.Stopped, null)));
        Assert.Equal("urgent", ledger.Find("a")!.Record.Pause!.By);
        Assert.Equal(["more"], Begun(ledger.Ended("b", RunEnding.Stopped, null)));
        Assert.Equal(["b"], Begun(ledger.Ended("urgent", RunEnding.Complete, null)));
    }

    [Fact]
    public void A_run_that_is_out_of_memory_beside_another_one_goes_on_alone_and_fails_if_it_was_alone()
    {
        var ledger = Of(places: 2);
        foreach (string run in (string[])["a", "b"])
        {
            Submit(ledger, run, 0);
            ledger.RunBegan(run);
        }

        Assert.Empty(ledger.Ended("a", RunEnding.Failed, "memory", isOutOfMemory: true));
        Submit(ledger, "c", 0); // it would fit, but who comes later does not go before it for ever
        Assert.Equal(["b"], ledger.Active.Select(run => run.Job.RunId));
        Assert.Equal(["a"], Begun(ledger.Ended("b", RunEnding.Complete, null)));
        ledger.RunBegan("a");
        Assert.Equal("memory", Assert.Single(ledger.Ended("a", RunEnding.Failed, "memory", isOutOfMemory: true).OfType<TellEnded>()).Ended.Message);
        Assert.Equal(["c"], ledger.Active.Select(run => run.Job.RunId));
        ledger.RunBegan("c");
        Assert.Single(ledger.Ended("c", RunEnding.Failed, "memory", isOutOfMemory: true).OfType<TellEnded>());
    }

    [Fact]
    public void A_node_that_is_shut_out_is_so_in_the_records_of_all_runs_that_train()
    {
        var ledger = Of(places: 2);
        foreach (string run in (string[])["a", "b"])
        {
            Submit(ledger, run, 0);
            ledger.RunBegan(run);
        }

        ledger.NodeRegistered(Node("n"), isHere: false);
        Assert.Equal(["a", "b"], ledger.NodeShutOut("n", "it lies").OfType<StoreRun>().Select(store => store.Run.Job.RunId));
    }

    [Fact]
    public void Candidates_are_offered_the_runs_that_train_in_turn()
    {
        var ledger = Of(places: 2);
        foreach (string run in (string[])["a", "b"]) Submit(ledger, run, 0);
        ledger.NodeRegistered(Node("n") with { IsCandidate = true }, isHere: false);
        List<string> offered = [.. Offers(ledger.NodeConnected("n"))];
        for (int i = 1; i <= 8; i++)
        {
            // Each has a newer checkpoint by the time that a copy is answered.
            foreach (string run in (string[])["a", "b"]) ledger.CheckpointSaved(run, [new ReplicaFile($"step-{i:00000000}.safetensors", $"{run}{i}")]);
            var (runId, revision) = ledger.Nodes.Single().Offered!.Value;
            offered.AddRange(Offers(ledger.ReplicaAnswered("n", runId, revision, null)));
        }

        Assert.InRange(offered.Count(run => run == "b"), 4, 5);
    }

    /// <summary>Whatever happens: there are never more than the places, and who stays is not less urgent than who waits.</summary>
    [Fact]
    public void Whatever_happens_the_most_urgent_runs_have_the_places_and_none_is_lost() =>
        Gen.Select(Gen.Int[1, 3], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4], Gen.Int[-1, 2]).Array[0, 80]).Sample((places, events) =>
        {
            var ledger = Of(places);
            HashSet<string> open = [];
            Dictionary<string, long> steps = [];
            Dictionary<string, (bool IsLoaded, bool Stops)> training = [];
            Queue<Replicate> offers = [];
            void Do(IReadOnlyList<ManagerDecision> decisions)
            {
                foreach (var decision in decisions.ToArray())
                {
                    switch (decision)
                    {
                        case BeginRun begin:
                            Assert.True(!training.TryGetValue(begin.Job.RunId, out var before) || !before.IsLoaded);
                            training[begin.Job.RunId] = (false, false);
                            break;
                        case StopCurrent stop:
                            Assert.True(training[stop.RunId].IsLoaded);
                            training[stop.RunId] = (true, true);
                            break;
                        case TellEnded ended: Assert.True(open.Remove(ended.Ended.RunId)); break;
                        case TellPaused paused: Assert.Equal(steps.GetValueOrDefault(paused.RunId), paused.Pause.Step); break;
                        case Replicate copy: offers.Enqueue(copy); break;
                    }
                }

                // One that is only loaded is put back at once.
                foreach (string gone in training.Keys.Except(ledger.Active.Select(run => run.Job.RunId)).ToArray())
                {
                    Assert.False(training[gone].IsLoaded);
                    training.Remove(gone);
                }
            }

            void Step(int which, bool isComplete, bool isShort)
            {
                if (training.Count == 0) return;
                string run = training.Keys.Order().ElementAt(which % training.Count);
                if (!training[run].IsLoaded)
                {
                    training[run] = (true, false);
                    Do(ledger.RunBegan(run));
                    return;
                }

                long step = steps[run] = steps.GetValueOrDefault(run) + 1;
                Do(ledger.CheckpointSaved(run, [new($"step-{step:00000000}.safetensors", $"{run}{step}")]));
                if (!isComplete && !isShort && !training[run].Stops) return;
                training.Remove(run);
                var ending = isShort ? RunEnding.Failed : isComplete ? RunEnding.Complete : RunEnding.Stopped;
                Do(ledger.Ended(run, ending, null, new Reached(step, 99, null), isOutOfMemory: isShort));
            }

            void Answer()
            {
                if (offers.TryDequeue(out var copy)) Do(ledger.ReplicaAnswered(copy.NodeId, copy.Run.Job.RunId, copy.Revision, null));
            }

            Do(ledger.NodeRegistered(Node("n") with { IsCandidate = true }, isHere: false));
            Do(ledger.NodeConnected("n"));
            foreach (var (what, which, priority) in events)
            {
                string runId = $"run{which}";
                switch (what)
                {
                    case 0 or 1:
                        open.Add(runId);
                        Do(Submit(ledger, runId, priority));
                        if (ledger.Find(runId)?.Record.Ending is not null) open.Remove(runId); // complete
                        break;
                    case 2 or 3: Do(ledger.PrioritySet(runId, priority)); break;
                    case 4 when which == 0: Do(ledger.StopRequested(runId)); break;
                    case 5 when which < 2: Step(which, isComplete: true, isShort: false); break;
                    case 5 when which == 2: Step(priority + 1, isComplete: false, isShort: true); break;
                    case 6 or 7: Step(which, isComplete: false, isShort: false); break;
                    default: Answer(); break;
                }

                Assert.Equal(open.Order(), ledger.Queue.Select(run => run.Job.RunId).Order());
                Assert.Equal(training.Keys.Order(), ledger.Active.Select(run => run.Job.RunId).Order());
                bool isAlone = ledger.Active.Any(run => run.TrainsAlone);
                Assert.InRange(ledger.Active.Count, 0, isAlone ? 1 : places);
                ManagedRun[] staying = [.. ledger.Active.Where(run => run.Stop == RunStop.None)], waiting = [.. ledger.Queue.Except(ledger.Active)];
                if (waiting.Any(run => run.TrainsAlone) || isAlone) continue;
                foreach (var run in staying)
                    Assert.True(staying.Length + waiting.Count(other => other.Record.Priority > run.Record.Priority) <= places);
            }

            for (int i = 0; i < 2000 && open.Count > 0; i++)
            {
                Answer();
                Step(i, isComplete: i % 7 == 0, isShort: false);
            }

            Assert.Empty(open);
        });

    private static RunLedger Of(int places) => new(1, Version, replicates: true, places: places);

    private static ManagerDecision[] Submit(RunLedger ledger, string name, int priority) =>
        [.. ledger.Submitted(Job(name), [], new Submitter(null, priority, 0))];

    private static IEnumerable<string> Begun(IReadOnlyList<ManagerDecision> decisions) => decisions.OfType<BeginRun>().Select(begin => begin.Job.RunId);

    private static IEnumerable<string> Offers(IReadOnlyList<ManagerDecision> decisions) =>
        decisions.OfType<Replicate>().Select(offer => offer.Run.Job.RunId);
}
