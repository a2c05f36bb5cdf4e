using RnnActors.Core.Sharding;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

public class PartAuditTests
{
    private static readonly ShardRange Whole = new(0, 4);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.01, 60, 140)]
    [InlineData(0.1, 900, 1100)]
    [InlineData(1, 10_000, 10_000)]
    public void As_many_steps_are_audited_as_the_share_says_and_the_same_ones_each_time(double share, int min, int max)
    {
        long[] chosen = [.. Steps(1)];
        Assert.InRange(chosen.Length, min, max);
        Assert.Equal(chosen, Steps(1));
        if (share is > 0 and < 1) Assert.NotEqual(chosen, Steps(2));

        IEnumerable<long> Steps(ulong seed) => Enumerable.Range(0, 10_000).Select(step => (long)step).Where(step => PartAudit.IsChosen(seed, step, share));
    }

    [Fact]
    public void Another_machine_is_asked_before_another_process_of_the_same_and_nobody_twice()
    {
        PoolNode first = Node(0, "a:1"), near = Node(1, "a:2"), far = Node(2, "b:1");
        var audit = new PartAudit(first, new AuditedSum(Whole, 1));
        Assert.Same(far, audit.Next([first, near, far], _ => 0));
        Assert.Same(near, audit.Next([first, near, far], _ => 0));
        Assert.Null(audit.Next([first, near, far], _ => 0));
    }

    [Fact]
    public void Who_says_the_same_is_right_and_of_two_who_differ_a_third_tells_who_is_wrong()
    {
        PoolNode first = Node(0, "a:1"), second = Node(1, "b:1"), third = Node(2, "c:1"), fourth = Node(3, "d:1");
        Assert.Empty(new PartAudit(first, new AuditedSum(Whole, 1)).Audited(second, 1));
        foreach (var (hash, wrong) in new[] { (1ul, second), (2ul, first) })
        {
            var audit = new PartAudit(first, new AuditedSum(Whole, 1));
            Assert.Empty(audit.Audited(second, 2));
            Assert.True(audit.IsDisputed);
            Assert.Same(wrong, Assert.Single(audit.Audited(third, hash)));
            Assert.True(audit.IsOver);
        }

        var disputed = new PartAudit(first, new AuditedSum(Whole, 1));
        disputed.Audited(second, 2);
        Assert.Empty(disputed.Audited(third, 3));
        Assert.Equal([first, second], disputed.Audited(fourth, 3));
    }

    private static PoolNode Node(int number, string name) => new(number, name, [new WorkerId(number)]);
}
