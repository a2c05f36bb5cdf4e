using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Checkpoints are written one after the other, and the run is over when the last one is.</summary>
internal sealed partial class RunShell
{
    private void Save(Save save)
    {
        if (save.MayBeSkipped && _writes >= MaxWrites) return;
        if (_isPausing && _world.Bug == Bug.PausedWithoutSaving) return;
        _writes++;
        _saves.Enqueue((_run.State.Snapshot(), save.IsBest));
        WriteNext();
    }

    /// <summary>One write after another. A process that is killed meanwhile has written it, or not.</summary>
    private void WriteNext()
    {
        if (_isWriting || !_saves.TryDequeue(out var save)) return;
        _isWriting = true;
        if (_world.Bug == Bug.AcknowledgedBeforeWritten) _world.Oracle.Saved(_manager, Job, save.State.Progress.Step);
        bool mayBeWritten = _world.Random.Next(2) == 0;
        void Write()
        {
            if (mayBeWritten) TryWrite(save.State, save.IsBest);
        }

        _manager.Life.InDoubt.Add(Write);
        _world.Timeline.In(TimeSpan.FromMilliseconds(2 + _world.Random.Next(60)), _manager.Life, () =>
        {
            _manager.Life.InDoubt.Remove(Write);
            bool isWritten = TryWrite(save.State, save.IsBest);
            Post(() =>
            {
                (_isWriting, _writes) = (false, _writes - 1);
                if (isWritten)
                {
                    SavedStep = save.State.Progress.Step;
                    _world.Oracle.Saved(_manager, Job, SavedStep);
                }

                WriteNext();
                CompleteWhenWritten();
            });
        });
    }

    private bool TryWrite(TrainingState state, bool isBest)
    {
        try
        {
            if (_manager.Life.Machine.IsFull) throw new IOException("the disk is full");
            _vault.Save(state, isBest);
            return true;
        }
        catch (IOException)
        {
            CouldSave = false;
            return false;
        }
    }

    private void CompleteWhenWritten()
    {
        if (_writes > 0 || _end is not { } end) return;
        _end = null;
        _world.Timeline.In(TimeSpan.FromMilliseconds(1), _manager.Life, () =>
        {
            if (!_isOver) _manager.Ended(this, end.Outcome, end.Failure, end.IsOutOfMemory);
        });
    }
}
