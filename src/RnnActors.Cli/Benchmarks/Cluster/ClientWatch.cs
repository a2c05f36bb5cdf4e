using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>A client's view of a run: the workers that take part, and the steps with the coordinator's times.</summary>
internal sealed class ClientWatch
{
    private readonly Lock _gate = new();
    private readonly List<StepDone> _steps = [];
    private readonly List<(Func<ClientWatch, bool> Holds, TaskCompletionSource Met)> _awaited = [];
    private readonly Dictionary<string, long> _moved = [];
    private int _losses;

    /// <summary>How many workers take part now.</summary>
    public int Workers { get; private set; }

    /// <summary>The steps in the order in which they arrived. A run that continues from a checkpoint reports some of them twice.</summary>
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

    /// <summary>Waits until so many steps have arrived.</summary>
    public Task AwaitSteps(int count) => Await(watch => watch._steps.Count >= count);

    /// <summary>Waits for a step at or after this time on its coordinator's clock.</summary>
    public Task AwaitStep(TimeSpan elapsed) => Await(watch => watch._steps is [.., var last] && last.Elapsed >= elapsed);

    /// <summary>Waits until so many workers take part.</summary>
    public Task AwaitWorkers(int count) => Await(watch => watch.Workers >= count);

    /// <summary>Waits until a node is lost.</summary>
    public Task AwaitLoss() => Await(watch => watch._losses > 0);

    /// <summary>Waits until a node's missing shards are given to others.</summary>
    /// <returns>The number of steps that were completed before that one.</returns>
    public async Task<long> AwaitMoved(string node)
    {
        await Await(watch => watch._moved.ContainsKey(node)).ConfigureAwait(false);
        lock (_gate) return _moved[node];
    }

    private Task Await(Func<ClientWatch, bool> holds)
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
