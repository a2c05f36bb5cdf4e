using CsCheck;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public class MergingRuleTests
{
    private static readonly Gen<NodeStanding> Standings = Gen.Select(
        Gen.Int[0, 3], Gen.Enum<ClusterStanding>(), Gen.Int[0, 2], Gen.Int[-1, 3], Gen.Int[1, 3]).Select(
        (node, standing, epoch, coordinator, members) =>
            new NodeStanding($"n{node}:1", true, standing, true, epoch, coordinator < 0 ? null : $"n{coordinator}:1", members));

    [Fact]
    public void Of_two_clusters_never_both_give_way() =>
        Gen.Select(Standings, Standings).Sample((one, other) => Assert.False(MergingRule.GivesWay(one, other) && MergingRule.GivesWay(other, one)));

    [Fact]
    public void Of_two_coordinators_that_hear_each_other_one_gives_way() =>
        Gen.Select(Standings, Standings).Where((a, b) => a.Address != b.Address).Sample((one, other) =>
    {
        one = one with { Standing = ClusterStanding.Member, Coordinator = one.Address };
        other = other with { Standing = ClusterStanding.Member, Coordinator = other.Address };
        Assert.True(MergingRule.GivesWay(one, other) ^ MergingRule.GivesWay(other, one));
    });

    [Fact]
    public void Nobody_gives_way_to_its_own_cluster_or_to_a_node_that_is_in_none() => Gen.Select(Standings, Standings).Sample((one, other) =>
    {
        Assert.False(MergingRule.GivesWay(one, other with { Coordinator = one.Coordinator }));
        Assert.False(MergingRule.GivesWay(one, other with { Standing = ClusterStanding.Searching }));
    });

    [Fact]
    public void Workers_without_a_candidate_go_to_a_cluster_that_has_one() => Assert.True(MergingRule.GivesWay(
        new NodeStanding("w:1", false, ClusterStanding.Member, false, 5, null, 9), new NodeStanding("x:1", false, ClusterStanding.Member, false, 1, "c:1", 1)));
}
