using CsCheck;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class MemoryPlanTests
{
    /// <summary>Whatever a process offers, it is asked for less each time, so this ends.</summary>
    [Fact]
    public void What_is_asked_for_next_is_less_than_before_and_no_more_than_was_offered() =>
        Gen.Select(Plans, Plans.Array[1, 40]).Sample((first, offers) =>
        {
            MemoryPlan? plan = first;
            foreach (var offered in offers)
            {
                if (plan is not { } asked) return;
                plan = asked.SmallerOf(offered);
                Assert.Equal(asked.Smaller() is null, plan is null);
                if (plan is not { } less) return;
                Assert.True(SizeOf(less) < SizeOf(asked));
                Assert.True(SizeOf(less) <= SizeOf(offered));
            }
        });

    private static Gen<MemoryPlan> Plans => Gen.Select(Gen.Int[1, 64], Gen.Bool, (threads, inSmallRounds) => new MemoryPlan(threads, inSmallRounds));

    private static int SizeOf(MemoryPlan plan) => (2 * plan.Threads) + (plan.InSmallRounds ? 0 : 1);
}
