using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>What a client hears of a run: who takes part, and the steps with the times that the coordinator took.</summary>
internal sealed class CrewWatch
{
    private readonly Lock _gate = new();
    private readonly List<StepDone> _steps = [];
    private readonly List<(Func<CrewWatch, bool> Holds, TaskCompletionSource Met)> _awaited = [];
    private readonly Dictionary<string, long> _moved = [];
    private int _losses;

    /// <summary>Workers that take part now.</summary>
    public int Workers { get; private set; }

    /// <summary>In the order in which they were heard of. A run that goes on from a checkpoint tells some of them twice.</summary>
    public IReadOnlyList<StepDone> Steps
    {
        get
        {
            lock (_gate) return [.. _steps];
        }
    }

    public void Observe(TrainingEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case StepDone step: _steps.Add(step); break;
                case WorkersJoined joined: Workers += joined.Workers; break;
                case ShardsMoved moved: _moved[moved.Node] = moved.Step; break;
                case WorkersLeft left: Workers -= left.Workers; break;
                case WorkersLost lost:
                    Workers -= lost.Workers;
                    _losses++;
                    break;
                default: return;
            }

            _awaited.RemoveAll(one => one.Holds(this) && one.Met.TrySetResult());
        }
    }

    /// <summary>Until so many steps have been heard of.</summary>
    public Task AwaitSteps(int count) => Await(watch => watch._steps.Count >= count);

    /// <summary>Until a step was made that late, by its coordinator's clock.</summary>
    public Task AwaitStep(TimeSpan elapsed) => Await(watch => watch._steps is [.., var last] && last.Elapsed >= elapsed);

    /// <summary>Until so many workers take part.</summary>
    public Task AwaitWorkers(int count) => Await(watch => watch.Workers >= count);

    /// <summary>Until a node was lost.</summary>
    public Task AwaitLoss() => Await(watch => watch._losses > 0);

    /// <summary>Until what a node owed was given to others.</summary>
    /// <returns>The number of steps that were made before that one.</returns>
    public async Task<long> AwaitMoved(string node)
    {
        await Await(watch => watch._moved.ContainsKey(node)).ConfigureAwait(false);
        lock (_gate) return _moved[node];
    }

    private Task Await(Func<CrewWatch, bool> holds)
    {
        lock (_gate)
        {
            if (holds(this)) return Task.CompletedTask;
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((holds, met));
            return met.Task;
        }
    }
}
