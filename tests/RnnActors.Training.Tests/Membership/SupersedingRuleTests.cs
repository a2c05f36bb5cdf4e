using CsCheck;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public class SupersedingRuleTests
{
    private static readonly string[] Before = ["old:1", "standby:1", "worker:1"];

    /// <summary>A coordinator that stood still, as it sees itself when it wakes.</summary>
    private static readonly NodeStanding Woken = new("old:1", true, ClusterStanding.Member, true, 1, "old:1", 3);

    /// <summary>The standby that has taken over.</summary>
    private static readonly NodeStanding Successor = new("standby:1", true, ClusterStanding.Member, true, 2, "standby:1", 2);

    private static readonly Gen<NodeStanding> Standings = Gen.Select(
        Gen.Int[0, 3], Gen.Enum<ClusterStanding>(), Gen.Int[0, 2], Gen.Int[-1, 3], Gen.Int[1, 3]).Select(
        (node, standing, epoch, coordinator, members) =>
            new NodeStanding($"n{node}:1", true, standing, true, epoch, coordinator < 0 ? null : $"n{coordinator}:1", members));

    private static readonly Gen<string[]> Members = Gen.Int[0, 3].Array[0, 4].Select(nodes => nodes.Distinct().Select(node => $"n{node}:1").ToArray());

    [Fact]
    public void A_coordinator_that_wakes_is_superseded_and_by_its_stale_numbers_its_successor_would_give_way()
    {
        Assert.True(MergingRule.GivesWay(Successor, Woken));
        Assert.True(SupersedingRule.IsSuperseded(Woken, Before, Successor));
    }

    [Fact]
    public void It_is_so_before_the_successor_has_written_its_epoch() =>
        Assert.True(SupersedingRule.IsSuperseded(Woken, Before, Successor with { Epoch = Woken.Epoch }));

    [Fact]
    public void Another_candidate_that_stood_still_is_superseded_too() => Assert.True(SupersedingRule.IsSuperseded(
        Woken with { Address = "third:1", Coordinator = "old:1" }, [.. Before, "third:1"], Successor));

    [Fact]
    public void Whoever_looks_for_a_cluster_supersedes_nobody() => Gen.Select(Standings, Members, Standings).Sample((own, members, asker) =>
        Assert.False(SupersedingRule.IsSuperseded(own, members, asker with { Standing = ClusterStanding.Searching })));

    [Fact]
    public void A_node_of_another_cluster_that_was_never_with_it_supersedes_nobody() =>
        Gen.Select(Standings, Members, Standings).Sample((own, members, asker) =>
        Assert.False(SupersedingRule.IsSuperseded(own, members.Where(member => member != asker.Address), asker)));

    [Fact]
    public void An_earlier_epoch_supersedes_nobody() =>
        Gen.Select(Standings, Members, Standings).Where((own, _, asker) => asker.Epoch < own.Epoch).Sample((own, members, asker) =>
        Assert.False(SupersedingRule.IsSuperseded(own, members, asker)));

    [Fact]
    public void Who_has_the_same_coordinator_or_does_not_speak_for_its_cluster_supersedes_nobody() =>
        Gen.Select(Standings, Members, Standings).Sample((own, members, asker) =>
    {
        Assert.False(SupersedingRule.IsSuperseded(own, members, asker with { Coordinator = own.Coordinator }));
        Assert.False(SupersedingRule.IsSuperseded(own, members, asker with { Coordinator = "other:1" }));
    });

    [Fact]
    public void Of_two_coordinators_of_different_epochs_the_later_one_is_never_superseded() =>
        Gen.Select(Standings, Members, Standings, Members).Where((one, _, other, _) => one.Epoch != other.Epoch).Sample((one, its, other, others) =>
            Assert.False(SupersedingRule.IsSuperseded(one, its, other) && SupersedingRule.IsSuperseded(other, others, one)));
}
