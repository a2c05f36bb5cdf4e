using CsCheck;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

public class RetentionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<HeldItem> GenItem =
        from kind in Gen.Enum<HeldKind>()
        from name in Gen.Int[0, 1_000_000]
        from bytes in Gen.Long[0, 1000]
        from age in Gen.OneOf(Gen.Int[-60, 60], Gen.Int[0, 60 * 24 * 60]) // half of them around the time in which all is kept
        from isNeeded in Gen.Bool
        select new HeldItem(kind, $"{name}", bytes, Now - TimeSpan.FromMinutes(age), isNeeded);

    private static readonly Gen<RetentionLimits> GenLimits =
        from days in Gen.Int[0, 60]
        from runs in Gen.Int[0, 20]
        from bytes in Gen.Long[0, 20_000]
        select new RetentionLimits(TimeSpan.FromDays(days), runs, bytes);

    private static readonly Gen<(HeldItem[] Held, RetentionLimits Limits)> GenCase =
        Gen.Select(GenItem.Array[0, 40].Select(items => items.DistinctBy(item => item.Name).ToArray()), GenLimits);

    [Fact]
    public void What_is_needed_or_was_just_used_is_never_deleted() => GenCase.Sample((held, limits) =>
    {
        foreach (var (item, _) in RetentionRule.Choose(held, limits, Now))
        {
            Assert.Contains(item, held);
            Assert.False(item.IsNeeded);
            Assert.True(Now - item.LastUsed >= RetentionRule.Grace);
        }
    });

    /// <summary>Whatever the limits: a client may have brought data minutes ago, and submit the run that needs them now.</summary>
    [Fact]
    public void What_was_used_within_ten_minutes_stays()
    {
        HeldItem[] held = [.. Enum.GetValues<HeldKind>().SelectMany(kind => (HeldItem[])[Of(kind, 9.9), Of(kind, 10)])];
        var deleted = RetentionRule.Choose(held, new RetentionLimits(TimeSpan.Zero, 0, 0), Now);
        Assert.Equal(held.Where(item => Now - item.LastUsed == TimeSpan.FromMinutes(10)), deleted.Select(deletion => deletion.Item).OrderBy(item => item.Kind));

        static HeldItem Of(HeldKind kind, double minutes) => new(kind, $"{kind} {minutes}", 1, Now - TimeSpan.FromMinutes(minutes), false);
    }

    [Fact]
    public void Afterwards_every_limit_holds_but_for_what_must_stay() => GenCase.Sample((held, limits) =>
    {
        var deleted = RetentionRule.Choose(held, limits, Now).Select(deletion => deletion.Item).ToHashSet();
        HeldItem[] kept = [.. held.Where(item => !deleted.Contains(item))],
            free = [.. kept.Where(item => !item.IsNeeded && Now - item.LastUsed >= RetentionRule.Grace)];
        Assert.All(free, item => Assert.True(Now - item.LastUsed <= limits.Age));
        Assert.All(free.Where(item => item.Kind == HeldKind.Remains), item => Assert.True(Now - item.LastUsed <= RetentionRule.RemainsAge));
        Assert.True(kept.Count(item => item is { Kind: HeldKind.Run, IsNeeded: false }) <= limits.Runs || free.All(item => item.Kind != HeldKind.Run));
        Assert.True(kept.Sum(item => item.Bytes) <= limits.Bytes || free.All(item => item.Bytes == 0));
        Assert.Empty(RetentionRule.Choose(kept, limits, Now));
    });

    [Fact]
    public void Nothing_is_deleted_that_no_limit_asks_for_and_the_longest_unused_goes_first() => GenCase.Sample((held, limits) =>
    {
        var deletions = RetentionRule.Choose(held, limits, Now);
        var deleted = deletions.Select(deletion => deletion.Item).ToHashSet();
        HeldItem[] kept = [.. held.Where(item => !deleted.Contains(item))],
            free = [.. kept.Where(item => !item.IsNeeded && Now - item.LastUsed >= RetentionRule.Grace)];
        foreach (var (item, reason) in deletions)
        {
            TimeSpan[] ages = item.Kind == HeldKind.Remains ? [limits.Age, RetentionRule.RemainsAge] : [limits.Age];
            if (reason == RetentionReason.Age) Assert.True(Now - item.LastUsed > ages.Min());
            if (reason == RetentionReason.Runs)
                Assert.All(free.Where(other => other.Kind == HeldKind.Run), other => Assert.True(other.LastUsed >= item.LastUsed));
            if (reason == RetentionReason.Bytes) Assert.All(free.Where(other => other.Bytes > 0), other => Assert.True(other.LastUsed >= item.LastUsed));
        }

        // The last that went for its bytes had to go.
        if (deletions.LastOrDefault(deletion => deletion.Reason == RetentionReason.Bytes) is { } last)
            Assert.True(kept.Sum(item => item.Bytes) + last.Item.Bytes > limits.Bytes);
        int runs = kept.Count(item => item is { Kind: HeldKind.Run, IsNeeded: false });
        if (deletions.Any(deletion => deletion.Reason == RetentionReason.Runs) && deletions.All(deletion => deletion.Reason != RetentionReason.Bytes))
            Assert.True(runs >= limits.Runs);
    });

    [Fact]
    public void With_the_defaults_a_full_day_of_use_loses_nothing()
    {
        var limits = new RetentionLimits(TimeSpan.FromDays(30), 100, 50_000_000_000);
        HeldItem[] held = [.. Enumerable.Range(0, 90).Select(i => new HeldItem(HeldKind.Run, $"{i}", 1_000_000, Now - TimeSpan.FromMinutes(15 * i), false))];
        Assert.Empty(RetentionRule.Choose(held, limits, Now));
        Assert.Equal(["89", "88"], RetentionRule.Choose(held, limits with { Runs = 88 }, Now).Select(deletion => deletion.Item.Name));
        Assert.Equal("89", Assert.Single(RetentionRule.Choose(held, limits with { Bytes = 89_000_000 }, Now)).Item.Name);
    }
}
