using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>Every step is to be audited, and nobody else is there to do it.</summary>
public class UnauditedStepTests
{
    private const int Shards = 5;

    private TrainingRun _run;
    private readonly List<Decision> _done = [];

    public UnauditedStepTests() => _run = Begin();

    private IEnumerable<StepNotAudited> Told => _done.OfType<Tell>().Select(tell => tell.Event).OfType<StepNotAudited>();

    private bool IsUpdated => _done.OfType<Update>().Any(update => update.Step == _run.State.Progress.Step);

    [Fact]
    public void A_node_that_is_alone_trains_on_and_each_step_is_counted_and_told_when_they_have_doubled()
    {
        for (int step = 0; step < 9; step++) Compute();
        const string reason = "no other node takes part";
        Assert.Equal([new(1, reason, 1), new(2, reason, 2), new(4, reason, 4), new(8, reason, 8)], Told);
        Assert.Equal(9, _run.Unaudited);
        Do(_run.StopRequested());
        Compute();
        Assert.Equal((new StepNotAudited(10, reason, 10), 10), (Told.Last(), _run.Unaudited));
        Assert.True(_run.IsOver);
    }

    [Fact]
    public void The_next_coordinator_counts_on()
    {
        _done.Clear();
        _run = Begin(unaudited: 6);
        Compute();
        Assert.Equal(7, _run.Unaudited);
        Assert.Equal(7, Assert.Single(Told).Count);
    }

    [Fact]
    public void A_step_waits_for_the_only_other_node_while_it_is_silent_and_is_audited_when_it_is_back()
    {
        Do(_run.NodeJoined(1, "b:1", [new WorkerId(1)]));
        Do(_run.NodeSuspected(1, "is silent"));
        Answer(Orders(audits: false));
        Assert.False(IsUpdated);
        Assert.Empty(Orders(audits: true));
        Do(_run.NodeTrusted(1));
        Audit();
        Assert.True(IsUpdated);
        Assert.Empty(Told);
        Assert.Equal(0, _run.Unaudited);
    }

    [Fact]
    public void Who_does_not_come_back_in_time_is_waited_for_once_and_again_when_it_has_been_there()
    {
        Do(_run.NodeJoined(1, "b:1", [new WorkerId(1)]));
        Do(_run.NodeSuspected(1, "is silent"));
        Answer(Orders(audits: false));
        Do(_run.DeadlinePassed(_done.OfType<SetDeadline>().Last().Number));
        Assert.True(IsUpdated);
        Assert.Equal(new StepNotAudited(1, "every other node is late or silent", 1), Assert.Single(Told));
        Updated();
        Compute();
        Assert.Equal(2, _run.Unaudited);

        Do(_run.NodeTrusted(1));
        Do(_run.NodeSuspected(1, "is silent"));
        Answer(Orders(audits: false));
        Assert.False(IsUpdated);
        Do(_run.NodeLost(1, "it ended"));
        Assert.True(IsUpdated);
        Assert.Equal(3, _run.Unaudited);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_late_with_its_own_shards_audits_when_it_has_answered_or_not_at_all(bool comesBack)
    {
        Answer(Orders(audits: false));
        Do(_run.NodeJoined(1, "b:1", [new WorkerId(1)]));
        Updated();
        var given = Orders(audits: false);
        var late = Assert.Single(given, order => order.Worker.Number == 1);
        Answer([.. given.Except([late])]);
        Do(_run.DeadlinePassed(_done.OfType<SetDeadline>().Last().Number));
        Answer([.. Orders(audits: false).Where(order => order.Worker.Number == 0 && order.Attempt > late.Attempt)]);
        Assert.False(IsUpdated);
        if (comesBack)
        {
            Answer([late]);
            Audit();
        }
        else Do(_run.DeadlinePassed(_done.OfType<SetDeadline>().Last().Number));
        Assert.True(IsUpdated);
        Assert.Equal(comesBack ? 1 : 2, _run.Unaudited); // the first step had one node alone
    }

    private TrainingRun Begin(long unaudited = 0)
    {
        var job = AnswerKey.Create("lstm", epochs: 9);
        _run = new TrainingRun(job, job.CreateState(), segments: 1, audit: 1, unaudited);
        Do(_run.NodeJoined(0, "a:1", [new WorkerId(0)]));
        return _run;
    }

    private void Do(IReadOnlyList<Decision> decisions) => _done.AddRange(decisions);

    /// <summary>What was given out in the present step.</summary>
    private ShardOrder[] Orders(bool audits) =>
    [
        .. _done.OfType<Assign>().Where(assign => assign.Work.Step == _run.State.Progress.Step && assign.Work.IsAudit == audits)
            .SelectMany(assign => assign.Work.Orders),
    ];

    /// <summary>A step that one node computes.</summary>
    private void Compute()
    {
        Answer(Orders(audits: false));
        Assert.True(IsUpdated);
        Updated();
    }

    private void Answer(ShardOrder[] orders)
    {
        long step = _run.State.Progress.Step;
        Do(_run.SegmentSummed(new SegmentSummed(step, Whole, [1])));
        foreach (var order in orders)
        {
            var nodes = ReductionTree.Cover(order.Shards, Shards);
            Do(_run.ShardsComputed(new ShardsComputed(
                step, order, [.. nodes.Select(node => new TreeNodeLoss(node, new LossSum(1, node.Count, 0), null))], default, 0.1,
                Audited: [.. nodes.Select(node => new AuditedSum(node, 7))])));
        }
    }

    /// <summary>Audits are answered until no more are asked for.</summary>
    private void Audit()
    {
        long step = _run.State.Progress.Step;
        HashSet<ShardOrder> answered = [];
        while (Orders(audits: true).Where(answered.Add).ToArray() is { Length: > 0 } open)
            foreach (var order in open) Do(_run.ShardsAudited(new ShardsAudited(step, order, new AuditedSum(order.Shards, 7))));
    }

    private void Updated()
    {
        Do(_run.SegmentUpdated(new SegmentUpdated(_run.State.Progress.Step, Whole), default));
        while (_done.OfType<AssignEvaluation>().LastOrDefault() is { } validation && validation.Work.Step == _run.State.Progress.Step
            && Orders(audits: false).Length == 0 && !_run.IsOver)
        {
            foreach (var order in validation.Work.Orders)
                Do(_run.ShardsEvaluated(
                    new ShardsEvaluated(validation.Work.Step, order, [.. Enumerable.Repeat(new LossSum(1, 1, 0), order.Shards.Count)], 0.1), default));
        }
    }

    private Segment Whole => new(0, 0, _run.State.Parameters.Length);
}
