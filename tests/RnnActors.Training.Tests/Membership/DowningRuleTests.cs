using CsCheck;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public class DowningRuleTests
{
    /// <summary>Members of any roles, and the part of a cut that each is in.</summary>
    private static readonly Gen<(bool IsCandidate, int Part)[]> Cuts = Gen.Select(Gen.Bool, Gen.Int[0, 3]).Array[1, 12];

    [Fact]
    public void Of_the_two_sides_of_a_cut_exactly_one_goes_on_where_there_is_a_candidate() => Cuts.Sample(members =>
    {
        var halves = members.Select(member => (member.IsCandidate, Part: member.Part % 2)).ToArray();
        int winners = halves.Select(member => member.Part).Distinct().Count(part => GoesOn(halves, part));
        Assert.Equal(halves.Any(member => member.IsCandidate) ? 1 : 0, winners);
    });

    [Fact]
    public void Of_any_number_of_parts_never_two_go_on() =>
        Cuts.Sample(members => Assert.InRange(members.Select(member => member.Part).Distinct().Count(part => GoesOn(members, part)), 0, 1));

    [Fact]
    public void What_goes_on_has_a_candidate() => Cuts.Sample(members => Assert.All(
        members.Select(member => member.Part).Distinct().Where(part => GoesOn(members, part)),
        part => Assert.Contains(members, member => member.Part == part && member.IsCandidate)));

    [Fact]
    public void The_order_in_which_members_are_counted_changes_nothing() => Gen.Select(Cuts, Gen.Int[0, 3]).Sample((members, part) =>
        Assert.Equal(DowningRule.GoesOn(Seen(members, part)), DowningRule.GoesOn([.. Seen(members, part).Reverse()])));

    [Fact]
    public void The_only_candidate_goes_on_without_its_workers() => Assert.True(DowningRule.GoesOn(Seen([(true, 0), (false, 1), (false, 1), (false, 1)], 0)));

    [Fact]
    public void Workers_do_not_go_on_without_a_candidate() => Assert.False(DowningRule.GoesOn(Seen([(true, 0), (false, 1), (false, 1), (false, 1)], 1)));

    [Fact]
    public void Workers_decide_between_two_candidates()
    {
        Assert.False(DowningRule.GoesOn(Seen([(true, 0), (true, 1), (false, 1)], 0)));
        Assert.True(DowningRule.GoesOn(Seen([(true, 0), (true, 1), (false, 1)], 1)));
    }

    [Fact]
    public void Of_two_halves_the_oldest_candidate_s_goes_on()
    {
        Assert.True(DowningRule.GoesOn(Seen([(false, 1), (true, 0), (true, 1), (false, 0)], 0)));
        Assert.False(DowningRule.GoesOn(Seen([(false, 1), (true, 0), (true, 1), (false, 0)], 1)));
    }

    private static bool GoesOn((bool IsCandidate, int Part)[] members, int part) => DowningRule.GoesOn(Seen(members, part));

    /// <summary>The members, the oldest first, as a part sees them.</summary>
    private static Voter[] Seen((bool IsCandidate, int Part)[] members, int part) =>
        [.. members.Select((member, age) => new Voter($"node-{age}", member.IsCandidate, age, member.Part == part))];
}
