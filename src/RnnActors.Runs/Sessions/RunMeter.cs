using RnnActors.Core.Training;
using RnnActors.Runs.Losses;
using RnnActors.Training.Events;

namespace RnnActors.Runs.Sessions;

/// <summary>The status of a run at one moment.</summary>
/// <param name="Step">The last step; null before the first one of this process.</param>
/// <param name="ValidationLoss">The validation loss of the last epoch.</param>
/// <param name="TokensPerSecond">The mean since this process began.</param>
/// <param name="TimeLeft">At the pace of the last minute; null before it is known.</param>
/// <param name="Steps">Steps that this process has computed or observed.</param>
public sealed record RunStatus(
    StepDone? Step, TrainingProgress Progress, double? ValidationLoss, double TokensPerSecond, TimeSpan Elapsed, TimeSpan? TimeLeft,
    CheckpointSaved? Checkpoint, int Workers = 0, long Steps = 0);

/// <summary>Measures a run from its events. The thread that trains writes to it, and the one that shows reads from it.</summary>
/// <param name="start">The progress with which the run begins in this process.</param>
/// <param name="lastStep">The step at which it ends, unless it stops early.</param>
/// <param name="workers">Workers of this process; a cluster's nodes are counted by events.</param>
public sealed class RunMeter(TrainingProgress start, long lastStep, LossHistory losses, TimeProvider clock, int workers = 0)
{
    private readonly Lock _gate = new();
    private readonly long _began = clock.GetTimestamp();
    private readonly Pace _pace = new(clock);
    private StepDone? _step;
    private TrainingProgress _progress = start;
    private double? _validation;
    private CheckpointSaved? _checkpoint;
    private long _tokens;
    private readonly Dictionary<string, int> _nodes = [];

    public void Observe(TrainingEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case StepDone step:
                    (_step, _progress) = (step, step.Progress);
                    _pace.Count();
                    _tokens += step.Tokens;
                    losses.Add(step);
                    break;
                case EpochDone epoch:
                    (_validation, _progress) = (epoch.ValidationLoss, epoch.Progress);
                    break;
                case WorkersJoined joined:
                    _nodes[joined.Node] = joined.Workers;
                    break;
                case WorkersLeft left:
                    _nodes.Remove(left.Node);
                    break;
                case WorkersLost lost:
                    _nodes.Remove(lost.Node);
                    break;
                case ClusterNews { IsConnected: false } or RunPaused:
                    _nodes.Clear();
                    break;
                case CheckpointSaved saved:
                    _checkpoint = saved;
                    break;
            }
        }
    }

    public RunStatus Read()
    {
        lock (_gate)
        {
            var elapsed = clock.GetElapsedTime(_began);
            // Observed steps are counted instead of subtracted: a cluster's run may be far on when it is followed, and repeats steps after losing a
            // coordinator.
            TimeSpan? left = _pace.Steps == 0 || lastStep < _progress.Step ? null : (_pace.PerStep ?? elapsed) * (lastStep - _progress.Step);
            return new RunStatus(_step, _progress, _validation, elapsed > TimeSpan.Zero ? _tokens / elapsed.TotalSeconds : 0, elapsed, left, _checkpoint,
                workers + _nodes.Values.Sum(), _pace.Steps);
        }
    }
}
