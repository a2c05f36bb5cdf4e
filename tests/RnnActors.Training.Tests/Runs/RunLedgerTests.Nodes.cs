using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>Nodes that come, are refused and are shut out.</summary>
public partial class RunLedgerTests
{
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
        Assert.Equal([new AdmitNode("n1", "a")], _ledger.NodeConnected("n1"));
        ManagerDecision[] shutOut = [.. _ledger.NodeShutOut("p1", "it lies")];
        Assert.Contains(new TellShutOut("n1", "it lies"), shutOut);
        Assert.Equal([new ShutOutProcess("p1", "it lies")], Assert.Single(shutOut.OfType<StoreRun>()).Run.ShutOut!);
        Assert.Equal(["a"], _ledger.BeginAgain("a").OfType<BeginRun>().Select(begin => begin.Job.RunId));
        Assert.DoesNotContain(_ledger.RunBegan("a"), decision => decision is AdmitNode);
        _ledger.NodeLost("n1");
        Assert.Contains(new TellShutOut("n2", "it lies"), Register("n2", "p1"));
        Assert.DoesNotContain(_ledger.NodeConnected("n2"), decision => decision is AdmitNode);
        _ledger.NodeLost("n2");
        Register("n3", "p2");
        Assert.Contains(new AdmitNode("n3", "a"), _ledger.NodeConnected("n3"));

        ManagerDecision[] Register(string id, string process) =>
            [.. _ledger.NodeRegistered(new NodeDescription(id, "a:1", false, 1, 0, 256, Version, 0, ProcessId: process), isHere: false)];
    }

    /// <summary>Found by simulation (3766): a cut line took it away before the audit's third opinion came, and it was let in again.</summary>
    [Fact]
    public void A_node_that_is_found_to_compute_wrongly_after_it_was_lost_is_shut_out_when_it_comes_back()
    {
        _ledger.Submitted(Job("a"), []);
        _ledger.RunBegan("a");
        Register("n1", "p1");
        _ledger.NodeLost("n1");
        Assert.Equal("p1", Assert.Single(_ledger.NodeShutOut("p1", "it lies").OfType<StoreRun>().Single().Run.ShutOut!).Process);
        Assert.Contains(new TellShutOut("n2", "it lies"), Register("n2", "p1"));
        Assert.DoesNotContain(_ledger.NodeConnected("n2"), decision => decision is AdmitNode);
        _ledger.NodeLost("n2");
        Register("n3", "p2");
        Assert.Contains(new AdmitNode("n3", "a"), _ledger.NodeConnected("n3"));

        ManagerDecision[] Register(string id, string process) =>
            [.. _ledger.NodeRegistered(new NodeDescription(id, "a:1", false, 1, 0, 256, Version, 0, ProcessId: process), isHere: false)];
    }

    /// <summary>A machine computed wrongly, was started anew under the same name, and only then did a third opinion come.</summary>
    [Fact]
    public void Who_has_the_name_of_a_process_that_computed_wrongly_is_not_shut_out_for_it()
    {
        _ledger.Submitted(Job("a"), []);
        _ledger.RunBegan("a");
        Register("n1", "p1");
        _ledger.NodeLost("n1");
        Register("n2", "p2");
        ManagerDecision[] shutOut = [.. _ledger.NodeShutOut("p1", "it lies")];
        Assert.DoesNotContain(shutOut, decision => decision is TellShutOut);
        Assert.Equal([new ShutOutProcess("p1", "it lies")], Assert.Single(shutOut.OfType<StoreRun>()).Run.ShutOut!);
        Assert.Contains(new AdmitNode("n2", "a"), _ledger.NodeConnected("n2"));
        Assert.Contains(new TellShutOut("n3", "it lies"), Register("n3", "p1"));

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
        var record = _ledger.NodeShutOut("p1", "it lies").OfType<StoreRun>().Single().Run;
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
    public void Nodes_take_part_when_they_are_connected_whether_the_run_or_they_come_first()
    {
        Assert.Single(_ledger.NodeRegistered(Node("n"), isHere: false).OfType<AcceptNode>());
        _ledger.Submitted(Job("a"), []);
        Assert.Empty(_ledger.RunBegan("a"));
        Assert.Equal(new AdmitNode("n", "a"), Assert.Single(_ledger.NodeConnected("n")));
        _ledger.NodeLost("n");
        _ledger.NodeRegistered(Node("m"), isHere: false);
        _ledger.NodeConnected("m");
        _ledger.Ended("a", RunEnding.Complete, null);
        _ledger.Submitted(Job("b"), []);
        Assert.Equal(new AdmitNode("m", "b"), Assert.Single(_ledger.RunBegan("b")));
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
}
