using RnnActors.Core.Kernels;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>
/// A run with everything around it played in one thread: messages lie in a heap and arrive in any order, twice or late, workers join when they like and fail
/// before or after they have sent their gradients. Only the arithmetic is real.
/// </summary>
internal sealed class SimulatedRun
{
    /// <summary>Of the same shards in one step: one more ends the run.</summary>
    private const int MostFailures = 2;

    private readonly TrainingJob _job;
    private readonly TrainingRun _run;
    private readonly Random _random;
    private readonly SimulatedAggregator[] _aggregators;
    private readonly Dictionary<WorkerId, SimulatedWorker> _workers = [];
    private readonly Dictionary<(long, ShardRange, bool), int> _failures = [];
    private readonly List<Action> _messages = [];
    private readonly List<Action> _answersSeen = [];

    /// <param name="workers">Joining one after another; the first before anything happens.</param>
    public SimulatedRun(TrainingJob job, int workers, int seed)
    {
        (_job, _random) = (job, new Random(seed));
        var state = job.CreateState();
        Segment[] segments = [.. Enumerable.Range(0, SquaredNorm.Blocks(state.Parameters.Length)).Select(block => new Segment(
            block, block * SquaredNorm.BlockLength, Math.Min(SquaredNorm.BlockLength, state.Parameters.Length - (block * SquaredNorm.BlockLength))))];
        _run = new TrainingRun(job, state, segments.Length);
        _aggregators = [.. segments.Select(segment => new SimulatedAggregator(job, state, segment))];
        for (int i = 0; i < workers; i++)
        {
            var id = new WorkerId(i);
            _messages.Add(() => Do(_run.WorkersJoined([id])));
        }
    }

    public TrainingState State => _run.State;

    public List<TrainingEvent> Told { get; } = [];

    public List<(long Step, Save Save)> Saves { get; } = [];

    /// <summary>Finish, Diagnose or GiveUp.</summary>
    public Decision? End { get; private set; }

    public int Failed { get; private set; }

    /// <summary>How likely a worker fails at what it is given, and how likely a message comes again.</summary>
    public double FailureRate { get; init; }

    public double RepeatRate { get; init; }

    public void RequestStop() => _messages.Add(() => Do(_run.StopRequested()));

    /// <summary>Until the end, or until nothing is left that could happen.</summary>
    /// <param name="stopAfter">After so many messages the run is asked to stop.</param>
    public void Run(int stopAfter = int.MaxValue)
    {
        for (int delivered = 0; End is null; delivered++)
        {
            if (delivered == stopAfter) RequestStop();
            Assert.NotEmpty(_messages);
            if (_answersSeen.Count > 0 && _random.NextDouble() < RepeatRate) _answersSeen[_random.Next(_answersSeen.Count)]();
            int next = _random.Next(_messages.Count);
            var message = _messages[next];
            _messages[next] = _messages[^1];
            _messages.RemoveAt(_messages.Count - 1);
            message();
        }
    }

    private void Do(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions.ToArray())
        {
            Assert.Null(End);
            switch (decision)
            {
                case Publish publish:
                    Assert.Equal(State.Progress.Step, publish.Step);
                    Assert.All(_aggregators, aggregator => Assert.True(aggregator.IsIdle, "Parameters are published while they are updated."));
                    break;
                case Assign assign: Compute(assign); break;
                case AssignEvaluation assign: Evaluate(assign); break;
                case Update update:
                    foreach (var aggregator in _aggregators)
                    {
                        _messages.Add(() =>
                        {
                            var updated = aggregator.Receive(new ApplyUpdate(update.Step, update.Values));
                            Answer(() => _run.SegmentUpdated(updated));
                        });
                    }

                    break;
                case Tell tell: Told.Add(tell.Event); break;
                case Save save: Saves.Add((State.Progress.Step, save)); break;
                default: End = decision; break;
            }
        }
    }

    private void Compute(Assign assign)
    {
        bool fails = Fails(assign.Step.Step, assign.Step.Shards, validation: false);
        if (!fails || _random.Next(2) == 0)
        {
            var (partials, answer) = Worker(assign.Worker).Compute(assign.Step);
            foreach (var partial in partials)
            {
                foreach (var aggregator in _aggregators)
                {
                    Answer(() =>
                    {
                        if (aggregator.Receive(partial) is { } summed) Answer(() => _run.SegmentSummed(summed));
                        return [];
                    });
                }
            }

            if (!fails) Answer(() => _run.ShardsComputed(answer));
        }

        if (fails) Lose(new ShardsLost(assign.Worker, assign.Step.Step, assign.Step.Shards, "it was played so"));
    }

    private void Evaluate(AssignEvaluation assign)
    {
        if (Fails(assign.Step, assign.Shards, validation: true))
        {
            Lose(new ShardsLost(assign.Worker, assign.Step, assign.Shards, "it was played so"));
            return;
        }

        var answer = Worker(assign.Worker).Evaluate(new(assign.Step, assign.Shards));
        Answer(() => _run.ShardsEvaluated(answer));
    }

    private bool Fails(long step, ShardRange shards, bool validation)
    {
        int before = _failures.GetValueOrDefault((step, shards, validation));
        if (before == MostFailures || _random.NextDouble() >= FailureRate) return false;
        _failures[(step, shards, validation)] = before + 1;
        return true;
    }

    /// <summary>A worker that failed is another one afterwards, with other buffers.</summary>
    private void Lose(ShardsLost lost)
    {
        Failed++;
        _workers.Remove(lost.Worker);
        _messages.Add(() => Do(_run.ShardsLost(lost)));
    }

    /// <summary>A message that may come again at any later time.</summary>
    private void Answer(Func<IReadOnlyList<Decision>> deliver) => _messages.Add(() =>
    {
        void Deliver() => Do(deliver());
        _answersSeen.Add(Deliver);
        Deliver();
    });

    private SimulatedWorker Worker(WorkerId id)
    {
        if (!_workers.TryGetValue(id, out var worker)) _workers.Add(id, worker = new SimulatedWorker(id, _job, State));
        return worker;
    }
}
