using System.Diagnostics;
using System.Runtime.ExceptionServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Arrangement;

/// <summary>
/// One arrangement of threads, computing the gradients of one batch again and again. It has as many threads as a run would have, on the same processors, each
/// with an even share of the shards. The gradients of several workers are summed too; a team has only one. The update is left out, since it is the same for all
/// arrangements.
/// </summary>
internal sealed class ArrangementTrial : IDisposable
{
    private readonly TrainingJob _job;
    private readonly WorkerTeams _teams;
    private readonly int[] _rows;
    private readonly AlignedBuffer _parameters;
    private readonly SharedWeights? _weights;
    private readonly Thread[] _threads;
    private readonly GradientBuffer?[] _firstNodes;
    private readonly Barrier _begin, _computed, _done;
    private volatile bool _isOver;
    private volatile Exception? _error;
    private long _version;

    /// <param name="rows">The batch's row numbers.</param>
    /// <param name="parameters">(P), read only.</param>
    public ArrangementTrial(TrainingJob job, WorkerTeams teams, int[] rows, AlignedBuffer parameters)
    {
        (_job, _teams, _rows, _parameters) = (job, teams, rows, parameters);
        _weights = teams.Workers > 1 ? new SharedWeights() : null;
        (_begin, _computed, _done) = (new Barrier(teams.Workers + 1), new Barrier(teams.Workers), new Barrier(teams.Workers + 1));
        _firstNodes = new GradientBuffer?[teams.Workers];
        _threads = [.. Enumerable.Range(0, teams.Workers).Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = $"trial-{worker}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>The seconds that a step takes.</summary>
    /// <exception cref="Exception">Whatever a worker failed with.</exception>
    public double Step()
    {
        long begun = Stopwatch.GetTimestamp();
        _version++;
        _begin.SignalAndWait();
        _done.SignalAndWait();
        if (_error is { } error) ExceptionDispatchInfo.Throw(error);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    public void Dispose()
    {
        _isOver = true;
        _begin.SignalAndWait();
        foreach (var thread in _threads) thread.Join();
        _begin.Dispose();
        _computed.Dispose();
        _done.Dispose();
    }

    private void Work(int worker)
    {
        Settle(worker, 0);
        using var team = new ThreadTeam(_teams.ThreadsOfEach, number => Settle(worker, number));
        using var use = _teams.ThreadsOfEach > 1 ? team.Enter() : default(ThreadTeam.Use?);
        ShardComputation? computation = null;
        GradientBuffer[] gradients = [];
        int shards = _job.Training.Shards, first = shards * worker / _teams.Workers;
        var range = new ShardRange(first, (shards * (worker + 1) / _teams.Workers) - first);
        var nodes = ReductionTree.Cover(range, shards);
        int states = _job.Data.Streams > 0 ? new ShardPlan(_rows.Length, shards).RowsOf(range).Count * _job.Model.StateWidth : 0;
        float[] initial = new float[states], final = new float[states];
        while (true)
        {
            _begin.SignalAndWait();
            if (_isOver) return;
            try
            {
                if (computation is null)
                {
                    computation = new ShardComputation(_job.Model, _job.Training, _job.Data, range.Count, _weights);
                    gradients = [.. nodes.Select(_ => new GradientBuffer(_job.Model.Layout.Length))];
                    _firstNodes[worker] = gradients[0];
                }

                computation.Prepare(_parameters.Memory, _version);
                computation.Compute(new ShardStep(0, _rows, range, initial), nodes, gradients, final);
                for (int node = 1; node < gradients.Length; node++) gradients[0].Add(gradients[node], 0, gradients[0].Length);
            }
            catch (Exception error)
            {
                _error = error;
            }

            _computed.SignalAndWait();
            if (_error is null) AddSegment(worker);
            _done.SignalAndWait();
        }
    }

    /// <summary>Adds up the workers' gradients over one segment, as an aggregator does.</summary>
    private void AddSegment(int worker)
    {
        int length = _job.Model.Layout.Length, words = (length + GradientBuffer.Alignment - 1) / GradientBuffer.Alignment;
        int from = (int)((long)words * worker / _teams.Workers) * GradientBuffer.Alignment;
        int to = Math.Min(length, (int)((long)words * (worker + 1) / _teams.Workers) * GradientBuffer.Alignment);
        for (int other = 1; other < _teams.Workers; other++) _firstNodes[0]!.Add(_firstNodes[other]!, from, to - from);
    }

    private void Settle(int worker, int number) => ComputeAffinity.Settle((worker * _teams.ThreadsOfEach) + number, _teams.Threads);
}
