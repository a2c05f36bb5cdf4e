using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>
/// A run with everything around it played in one thread: messages lie in a heap and arrive in any order, twice or late; workers fail before or after they have
/// sent their gradients; nodes join, leave, hang, are suspected and lost when they like. Only the arithmetic is real. Work is done when its message is taken
/// from the heap: with the parameters of that moment, which for a straggler are not those of its step.
/// </summary>
internal sealed class SimulatedRun
{
    /// <summary>Of the same shard in one step: one more ends the run.</summary>
    private const int MaxFailures = 2;

    private const int MaxIdle = 50;

    private readonly TrainingJob _job;
    private readonly TrainingRun _run;
    private readonly Random _random;
    private readonly SimulatedAggregator[] _aggregators;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly Dictionary<WorkerId, SimulatedWorker> _workers = [];
    private readonly Dictionary<(long, int, bool), int> _failures = [];
    private readonly List<(SimulatedOrder? Of, Action Deliver)> _messages = [];
    private readonly List<Action> _answersSeen = [];
    private readonly Dictionary<WorkerId, Queue<(SimulatedOrder Of, Action<SimulatedOrder> Carry)>> _queues = [];
    private int _updates, _nodeNumbers, _workerNumbers, _idle;
    private long? _deadline;
    private TimeSpan _now;

    /// <param name="nodes">The workers of each node that joins by itself; the first before anything happens.</param>
    public SimulatedRun(TrainingJob job, int[] nodes, int seed)
    {
        (_job, _random) = (job, new Random(seed));
        var state = job.CreateState();
        Segment[] segments = [.. Enumerable.Range(0, SquaredNorm.Blocks(state.Parameters.Length)).Select(block => new Segment(
            block, block * SquaredNorm.BlockLength, Math.Min(SquaredNorm.BlockLength, state.Parameters.Length - (block * SquaredNorm.BlockLength))))];
        _run = new TrainingRun(job, state, segments.Length);
        _aggregators = [.. segments.Select(segment => new SimulatedAggregator(job, state, segment))];
        foreach (int workers in nodes) _messages.Add((null, () => Join(workers)));
    }

    public TrainingState State => _run.State;

    public List<TrainingEvent> Told { get; } = [];

    /// <summary>Steps and epochs alone.</summary>
    public IEnumerable<TrainingEvent> Progress => Told.Where(told => told is StepDone or EpochDone);

    public List<(long Step, Save Save)> Saves { get; } = [];

    /// <summary>Finish, Diagnose or GiveUp.</summary>
    public Decision? End { get; private set; }

    public int Failed { get; private set; }

    /// <summary>How likely a worker fails at what it is given, and how likely a message comes again.</summary>
    public double FailureRate { get; init; }

    public double RepeatRate { get; init; }

    /// <summary>How likely something happens to a node when a message arrives.</summary>
    public double Unrest { get; init; }

    public void RequestStop() => _messages.Add((null, () => Do(_run.StopRequested())));

    /// <summary>Until the end. Where nothing is left that could happen, time passes, and then a node joins; if nothing comes of that, the run hangs.</summary>
    /// <param name="stopAfter">After so many messages the run is asked to stop.</param>
    public void Run(int stopAfter = int.MaxValue)
    {
        for (int delivered = 0; End is null; delivered++)
        {
            if (delivered == stopAfter) RequestStop();
            if (_answersSeen.Count > 0 && _random.NextDouble() < RepeatRate) _answersSeen[_random.Next(_answersSeen.Count)]();
            if (_random.NextDouble() < Unrest) Disturb();
            if (End is null && !Deliver()) Wait();
        }
    }

    private bool Deliver()
    {
        int[] possible = [.. Enumerable.Range(0, _messages.Count).Where(i => _messages[i].Of is not { IsAnswered: false, Node.Hangs: true })];
        if (possible.Length == 0) return false;
        int next = possible[_random.Next(possible.Length)];
        var (of, deliver) = _messages[next];
        _messages[next] = _messages[^1];
        _messages.RemoveAt(_messages.Count - 1);
        if (of is not { IsLost: true }) deliver();
        _idle = 0;
        return true;
    }

    private void Wait()
    {
        // Each deadline finds one hung node more, and each time that nothing comes of it another node joins.
        Assert.True(++_idle < MaxIdle, "The run hangs.");
        if (_deadline is { } due && _idle % 2 == 1) PassDeadline(due);
        else Join(1);
    }

    private void Disturb()
    {
        var node = _nodes.Count == 0 ? null : _nodes[_random.Next(_nodes.Count)];
        switch (_random.Next(9))
        {
            case 0: Join(_random.Next(1, 4)); break;
            case 1 when node is not null: Lose(node); break;
            case 2 when node is not null: node.Hangs = true; break;
            case 3 or 4 when node is not null: node.Hangs = false; break;
            case 5 when node is not null:
                node.IsSuspected = !node.IsSuspected;
                Do(node.IsSuspected ? _run.NodeSuspected(node.Number, "it was played so") : _run.NodeTrusted(node.Number));
                break;
            case 6 when node is not null:
                node.IsLeaving = true;
                Do(_run.NodeDraining(node.Number));
                break;
            case 7 when _deadline is { } due: PassDeadline(due); break;
        }
    }

    private void Join(int workers)
    {
        var node = new SimulatedNode(_nodeNumbers++, [.. Enumerable.Range(_workerNumbers, workers).Select(number => new WorkerId(number))]);
        _workerNumbers += workers;
        _nodes.Add(node);
        Do(_run.NodeJoined(node.Number, $"node {node.Number}", node.Workers));
    }

    private void Lose(SimulatedNode node)
    {
        Forget(node);
        Do(_run.NodeLost(node.Number, "it was played so"));
    }

    private void Forget(SimulatedNode node)
    {
        _nodes.Remove(node);
        node.Hangs = false;

        // What was sent may yet arrive: some partials, some answers.
        foreach (var order in node.Orders.Where(order => !order.IsAnswered)) order.IsLost = _random.Next(3) > 0;
    }

    private void PassDeadline(long due)
    {
        _deadline = null;
        _now += TimeSpan.FromSeconds(2);
        Do(_run.DeadlinePassed(due));
    }

    private void Do(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions.ToArray())
        {
            if (decision is Release release)
            {
                Forget(Of(release.Node));
                continue;
            }

            Assert.Null(End);
            switch (decision)
            {
                case Publish publish:
                    Assert.Equal(State.Progress.Step, publish.Step);
                    Assert.True(_updates == 0, "Parameters are published while they are updated.");
                    Of(publish.Node).Published = publish;
                    break;
                case Assign assign:
                    if (_job.Training.Averaging is not null) Assert.Equal(new Publish(assign.Node, assign.Work.Step), Of(assign.Node).Published);
                    foreach (var order in assign.Work.Orders) Give(assign.Node, order, of => Compute(of, assign.Work, order));
                    break;
                case AssignEvaluation assign:
                    if (_job.Training.Averaging is not null)
                        Assert.Equal(new Publish(assign.Node, assign.Work.Step, IsValidation: true), Of(assign.Node).Published);
                    foreach (var order in assign.Work.Orders) Give(assign.Node, order, of => Evaluate(of, assign.Work.Step, order));
                    break;
                case Update update:
                    foreach (var aggregator in _aggregators)
                    {
                        _updates++;
                        _messages.Add((null, () => Apply(aggregator, update)));
                    }

                    break;
                case SetDeadline set: _deadline = set.Number; break;
                case Tell tell: Told.Add(tell.Event); break;
                case Save save: Saves.Add((State.Progress.Step, save)); break;
                default: End = decision; break;
            }
        }
    }

    private void Apply(SimulatedAggregator aggregator, Update update)
    {
        _updates--;
        var updated = aggregator.Receive(new ApplyUpdate(update.Step, update.Values));
        Answer(null, () => _run.SegmentUpdated(updated, _now += TimeSpan.FromMilliseconds(1)));
    }

    private SimulatedNode Of(int number) => Assert.Single(_nodes, node => node.Number == number);

    private void Give(int number, ShardOrder order, Action<SimulatedOrder> carry)
    {
        var node = Of(number);
        Assert.Contains(order.Worker, node.Workers);
        Assert.False(node.IsLeaving, "A leaving node is given work.");
        var of = new SimulatedOrder(node);
        node.Orders.Add(of);
        if (!_queues.TryGetValue(order.Worker, out var queue)) _queues.Add(order.Worker, queue = new());
        queue.Enqueue((of, carry));
        _messages.Add((new SimulatedOrder(node), () => CarryNext(queue)));
    }

    /// <summary>A worker does one thing after another.</summary>
    private static void CarryNext(Queue<(SimulatedOrder Of, Action<SimulatedOrder> Carry)> queue)
    {
        var (of, carry) = queue.Dequeue();
        if (!of.IsLost) carry(of);
    }

    private void Compute(SimulatedOrder of, ComputeShards work, ShardOrder order)
    {
        bool fails = Fails(work.Step, order.Shards, validation: false);
        if (!fails || _random.Next(2) == 0)
        {
            var (partials, answer) = Worker(order.Worker).Compute(work, order);
            foreach (var partial in partials)
            {
                foreach (var aggregator in _aggregators)
                {
                    Answer(of, () =>
                    {
                        if (aggregator.Receive(partial) is { } summed) Answer(null, () => _run.SegmentSummed(summed));
                        return [];
                    });
                }
            }

            if (!fails) Answer(of, () => _run.ShardsComputed(answer), isLast: true);
        }

        if (fails) Fail(of, new ShardsLost(work.Step, order, "it was played so"));
    }

    private void Evaluate(SimulatedOrder of, long step, ShardOrder order)
    {
        if (Fails(step, order.Shards, validation: true))
        {
            Fail(of, new ShardsLost(step, order, "it was played so"));
            return;
        }

        var answer = Worker(order.Worker).Evaluate(step, order, State.InferenceParameters);
        Answer(of, () => _run.ShardsEvaluated(answer, _now), isLast: true);
    }

    private bool Fails(long step, ShardRange shards, bool validation)
    {
        var keys = Enumerable.Range(shards.First, shards.Count).Select(shard => (step, shard, validation)).ToArray();
        if (keys.Any(key => _failures.GetValueOrDefault(key) == MaxFailures) || _random.NextDouble() >= FailureRate) return false;
        foreach (var key in keys) _failures[key] = _failures.GetValueOrDefault(key) + 1;
        return true;
    }

    /// <summary>A worker that failed is another one afterwards, with other buffers.</summary>
    private void Fail(SimulatedOrder of, ShardsLost lost)
    {
        Failed++;
        _workers.Remove(lost.Order.Worker);
        _messages.Add((of, () => Do(_run.ShardsLost(lost))));
    }

    /// <summary>A message that may come again at any later time.</summary>
    private void Answer(SimulatedOrder? of, Func<IReadOnlyList<Decision>> deliver, bool isLast = false)
    {
        void Deliver()
        {
            if (End is null) Do(deliver());
        }

        void DeliverFirst()
        {
            if (isLast) of!.IsAnswered = true;
            _answersSeen.Add(Deliver);
            Deliver();
        }

        _messages.Add((of, DeliverFirst));
    }

    private SimulatedWorker Worker(WorkerId id)
    {
        if (!_workers.TryGetValue(id, out var worker)) _workers.Add(id, worker = new SimulatedWorker(_job, State.Parameters));
        return worker;
    }
}
