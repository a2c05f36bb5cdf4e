using System.Diagnostics.Metrics;
using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Training.Telemetry;

/// <summary>Turns a run's events into measurements of <see cref="TrainingMeter"/>.</summary>
/// <param name="runId">The label of measurements that concern one run, such as the loss; null where only one run trains at a time.</param>
internal sealed class RunMeasurements(string? runId = null)
{
    private TimeSpan? _lastStep;
    private long _nodes, _workers, _writes;
    private bool _isPaused;

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepDone step:
                Add(step);
                break;
            case EpochDone epoch:
                TrainingMeter.Epochs.Add(1);
                if (epoch.ValidationLoss is { } loss) Record(TrainingMeter.ValidationLoss, loss);
                break;
            case WorkersJoined joined:
                Change(1, joined.Workers);
                break;
            case WorkersLeft left:
                Change(-1, -left.Workers);
                break;
            case WorkersLost lost:
                Change(-1, -lost.Workers);
                TrainingMeter.NodesLost.Add(1);
                break;
            case WorkerRestarted:
                TrainingMeter.WorkerRestarts.Add(1);
                break;
            case ShardsMoved moved:
                TrainingMeter.ShardsMoved.Add(moved.Shards);
                break;
            case TrainingPaused:
                Pause(true);
                break;
            case TrainingContinued:
                Pause(false);
                break;
            case CheckpointNotSaved:
                TrainingMeter.CheckpointFailures.Add(1);
                break;
        }
    }

    /// <summary>Counts checkpoints that wait for the disk: 1 for one more, -1 for one less.</summary>
    public void Write(int change)
    {
        _writes += change;
        TrainingMeter.CheckpointQueue.Add(change);
    }

    /// <summary>The run is over: none of its nodes or checkpoints counts any longer.</summary>
    public void End()
    {
        Change(-_nodes, -_workers);
        Pause(false);
        Write((int)-_writes);
    }

    private void Add(StepDone step)
    {
        TrainingMeter.Steps.Add(1);
        TrainingMeter.Tokens.Add(step.Tokens);
        Record(TrainingMeter.Loss, step.Loss);
        Record(TrainingMeter.GradientNorm, step.GradientNorm);
        Record(TrainingMeter.LearningRate, step.LearningRate);
        // The first step began when the first worker joined, which no event tells.
        if (_lastStep is { } last) TrainingMeter.StepDuration.Record((step.Elapsed - last).TotalSeconds);
        _lastStep = step.Elapsed;
    }

    private void Record(Gauge<double> gauge, double value)
    {
        if (runId is null) gauge.Record(value);
        else gauge.Record(value, new KeyValuePair<string, object?>(TrainingActivities.RunTag, runId));
    }

    private void Add(UpDownCounter<long> counter, long change)
    {
        if (runId is null) counter.Add(change);
        else counter.Add(change, new KeyValuePair<string, object?>(TrainingActivities.RunTag, runId));
    }

    private void Change(long nodes, long workers)
    {
        (_nodes, _workers) = (_nodes + nodes, _workers + workers);
        Add(TrainingMeter.Nodes, nodes);
        Add(TrainingMeter.Workers, workers);
    }

    private void Pause(bool isPaused)
    {
        if (isPaused == _isPaused) return;
        _isPaused = isPaused;
        TrainingMeter.Paused.Add(isPaused ? 1 : -1);
    }
}
