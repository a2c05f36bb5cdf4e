using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>Copies that candidates are offered.</summary>
public partial class RunLedgerTests
{
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
}
