using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What must hold, whatever happens. It compares with the undisturbed run, bit by bit.</summary>
internal sealed class Oracle(World world)
{
    private readonly Dictionary<(string RunId, Machine Machine), long> _onDisk = [];
    private readonly HashSet<(string RunId, Machine Machine)> _endedOn = [];
    private readonly Dictionary<Machine, long> _epochs = [];
    private readonly Dictionary<(string RunId, Machine Taker), long> _handedOver = [];
    private readonly HashSet<string> _complete = [];
    private readonly HashSet<(string RunId, string Process)> _shutOut = [];
    private readonly Dictionary<(RunShell Run, RemoteShell Node), int> _setAside = [];
    private readonly Dictionary<(ManagerShell Manager, string RunId), TimeSpan> _settling = [];

    public long Steps { get; private set; }

    public long Takeovers { get; private set; }

    public long Pauses { get; private set; }

    /// <summary>A step is what it is in the undisturbed run, and follows the one before.</summary>
    public void StepDone(ManagerShell manager, RunShell run, StepDone told, long before, TrainingState state)
    {
        Steps++;
        var expected = run.Job.StepAt(told.Progress.Step);
        world.Log?.Add($"{world.Timeline.Now} {manager.Life} step {told.Progress.Step} of {run.Job.Description.Name}");
        Check(told.Progress.Step == before + 1, $"step {told.Progress.Step} came after step {before}");
        bool isRight = run.Job.HashOf(state) == run.Job.HashAt(told.Progress.Step);
        if (!isRight && run.UnauditedStep == told.Progress.Step && world.Machines.Any(machine => machine.HasLied)) throw new UnauditedException();
        Check(isRight, $"step {told.Progress.Step} of {run.Job.Description.Name} made other parameters");
        Check((told.Loss, told.GradientNorm) == (expected.Loss, expected.GradientNorm), $"step {told.Progress.Step} had another loss or norm");
    }

    /// <summary>A checkpoint is acknowledged: it can be loaded, and has the right bits.</summary>
    public void Saved(ManagerShell manager, SimulatedJob job, long step)
    {
        CheckLoads(manager.Directory, job, step, $"the checkpoint of step {step} that {manager.Life} acknowledged");
        IsOnDisk(manager.Life.Machine, job.Description.RunId, step);
    }

    /// <summary>A candidate says that a copy is on its disk.</summary>
    public void Copied(NodeShell node, OfferReplica offer)
    {
        var (machine, runId) = (node.Life.Machine, offer.Run.Job.RunId);
        if (offer.Run.Ending is null) _endedOn.Remove((runId, machine));
        else if (offer.Run.Ending.Ending == RunEnding.Complete) _endedOn.Add((runId, machine));
        if (StepOf(offer) is not { } step) return;
        CheckLoads(node.Directory, world.JobOf(runId), step, $"the copy of step {step} that {node.Life} acknowledged");
        IsOnDisk(machine, runId, step);
    }

    /// <summary>A state is given up: only where a disk has lost it.</summary>
    public void GivesUp(AcknowledgedRun lost)
    {
        Check(world.Machines.Any(machine => machine.IsTorn), $"step {lost.Step} of {lost.Name} is waited for for ever, and every disk is whole");
        foreach (var key in _onDisk.Keys.Where(key => key.RunId == lost.RunId).ToArray()) _onDisk.Remove(key);
        foreach (var key in _handedOver.Keys.Where(key => key.RunId == lost.RunId).ToArray()) _handedOver.Remove(key);
        _endedOn.RemoveWhere(key => key.RunId == lost.RunId);
    }

    /// <summary>Epochs are fences: a coordinator's is higher than any that its machine knew before.</summary>
    public void Leads(ManagerShell manager)
    {
        Check(manager.Epoch > _epochs.GetValueOrDefault(manager.Life.Machine),
            $"{manager.Life} leads under epoch {manager.Epoch}, which its machine had known");
        Knows(manager.Life.Machine, manager.Epoch);
    }

    /// <summary>A node hears no coordinator of a lower epoch than that of one before.</summary>
    public void Follows(NodeShell node, long epoch)
    {
        Check(epoch >= _epochs.GetValueOrDefault(node.Life.Machine), $"{node.Life} follows epoch {epoch} after {_epochs.GetValueOrDefault(node.Life.Machine)}");
        Knows(node.Life.Machine, epoch);
    }

    /// <summary>A run begins: from the right bits, not a second time, and not from before what its cluster has.</summary>
    public void Begins(ManagerShell manager, SimulatedJob job, TrainingState start)
    {
        Takeovers++;
        long step = start.Progress.Step;
        Check(job.HashOf(start) == job.HashAt(step), $"{manager.Life} begins {job.Description.Name} at step {step} with other parameters");
        var here = manager.Life.Machine;
        string runId = job.Description.RunId;
        if (here.IsTorn) return;
        Check(!_endedOn.Contains((runId, here)), $"{manager.Life} trains {job.Description.Name} again, which was complete by its own record");
        long own = _onDisk.GetValueOrDefault((runId, here));
        Check(step >= own, $"{manager.Life} goes on from step {step} of {job.Description.Name}, and has acknowledged step {own} itself");
        if (world.MayFallBack) return;
        if (_handedOver.TryGetValue((job.Description.RunId, here), out long handed))
            Check(step >= handed, $"{manager.Life} goes on from step {step} of {job.Description.Name}, and was handed over step {handed}");
    }

    /// <summary>A coordinator has left in order, and its candidates were there.</summary>
    public void HandedOver(ManagerShell manager, IEnumerable<Life> candidates)
    {
        foreach (var job in world.Jobs)
        {
            long step = NewestStep(manager.Directory, job.Description.RunId);
            foreach (var candidate in candidates.Where(candidate => !candidate.Machine.IsFull)) _handedOver[(job.Description.RunId, candidate.Machine)] = step;
        }
    }

    /// <summary>Audits have found a node that computes wrongly: it is one that does.</summary>
    public void ShutOut(ManagerShell manager, RunShell run, ShutOutNode node)
    {
        var machine = world.Machines.First(machine => machine.Name == node.Name);
        world.Log?.Add($"{world.Timeline.Now} {manager.Life} shuts out {node.Name}: {node.Reason}");
        Check(machine.HasLied, $"{node.Name} was shut out and has computed rightly");
        if (!manager.Life.Machine.IsFull) _shutOut.Add((run.Job.Description.RunId, node.Process!));
    }

    /// <summary>A node is told that it is shut out. Its own process must have computed wrongly, not an earlier one of its name.</summary>
    public void HearsShutOut(Life node) => Check(world.Liars.Contains(node.Process), $"{node} is told that it computes wrongly, and its process never has");

    /// <summary>A node takes part: none that was shut out, as long as its process lives.</summary>
    public void TakesPart(RunShell run, Life node) => Check(
        !_shutOut.Contains((run.Job.Description.RunId, node.Process)), $"{node} takes part in {run.Job.Description.Name} again, and was shut out");

    /// <summary>A node ran out of memory with what it was asked for.</summary>
    public void SetAside(RunShell run, RemoteShell node, MemoryPlan plan) => _setAside[(run, node)] = Machine.CostOf(plan);

    /// <summary>A node is asked for a part in a run: for less than it ran out of memory with, unless there is no less.</summary>
    public void Asked(RunShell run, RemoteShell node, MemoryPlan plan) => Check(
        plan.Smaller() is null || !_setAside.TryGetValue((run, node), out int cost) || Machine.CostOf(plan) < cost,
        $"{node.Node.NodeId} is asked for {plan} again, and ran out of memory with it");

    /// <summary>An interrupted run has ended its step: no step of it is lost, unless its disk could not take it.</summary>
    public void GoesBack(ManagerShell manager, RunShell run) => Check(
        run.SavedStep == run.LastStep || !run.CouldSave,
        $"{manager.Life} interrupted {run.Job.Description.Name} at step {run.LastStep}, and has saved step {run.SavedStep}");

    /// <summary>An interrupted run has ended, and another one waits until the candidates have its state.</summary>
    public void Settles(ManagerShell manager, string runId) => _settling[(manager, runId)] = world.Timeline.Now;

    /// <summary>The candidates have had so long for an interrupted run's state: no urgent run waits for them any more.</summary>
    public void HasSettled(ManagerShell manager, JobDescription run, bool isTold) =>
        Check(isTold, $"{manager.Life} lets others wait for copies of {run.Name} for longer than {RunLedger.SettleLimit}");

    /// <summary>A run is told to be paused: whoever may take over has its state, but for candidates that were waited for long enough.</summary>
    /// <param name="lacking">Those.</param>
    public void Paused(ManagerShell manager, SimulatedJob job, IEnumerable<Machine> candidates, IReadOnlyCollection<string> lacking)
    {
        Pauses++;
        var waited = world.Timeline.Now - _settling[(manager, job.Description.RunId)];
        Check(lacking.Count == 0 || waited >= RunLedger.SettleLimit, $"{job.Description.Name} is paused without copies after {waited}");
        candidates = candidates.Where(candidate => !lacking.Contains(candidate.Name));
        long step = NewestStep(manager.Directory, job.Description.RunId);
        if (step == 0) return; // what it begins with is in the job
        foreach (var candidate in candidates.Where(candidate => !candidate.IsTorn && !manager.Life.Machine.IsTorn))
        {
            long copied = NewestStep(candidate.OpenDirectory(), job.Description.RunId);
            Check(copied >= step, $"{job.Description.Name} is paused at step {step}, and {candidate.Name} has step {copied}");
        }
    }

    public void Complete(ManagerShell manager, SimulatedJob job, TrainingState state)
    {
        Check(job.HashOf(state) == job.FinalHash && state.Progress.Step == job.LastStep, $"{job.Description.Name} ended with other parameters");
        _complete.Add(job.Description.RunId);
        if (!manager.Life.Machine.IsFull) _endedOn.Add((job.Description.RunId, manager.Life.Machine));
    }

    /// <summary>The client has the result.</summary>
    public void Fetched(SimulatedJob job, string path)
    {
        var state = TrainingCheckpoint.Restore(CheckpointFile.Read(path), job.Job.Model, job.Job.Training);
        Check(job.HashOf(state) == job.FinalHash, $"the client of {job.Description.Name} got other parameters");
    }

    /// <summary>At the end: the last checkpoint is somewhere, whole, and nobody trains any more.</summary>
    public void End()
    {
        foreach (var job in world.Jobs)
        {
            Check(_complete.Contains(job.Description.RunId), $"{job.Description.Name} was never complete");
            if (world.Machines.Any(machine => machine.IsTorn)) continue;
            long newest = world.Machines.Where(machine => machine.IsCandidate).Max(machine => NewestStep(machine.OpenDirectory(), job.Description.RunId));
            Check(newest == job.LastStep, $"the newest checkpoint of {job.Description.Name} is that of step {newest}");
        }
    }

    /// <summary>The newest step of a run that a directory's checkpoints can be loaded of; -1 for none.</summary>
    public long NewestStep(NodeDirectory directory, string runId) => new CheckpointFolder(directory.FolderOf(runId)).Newest().Found?.Step ?? -1;

    private void IsOnDisk(Machine machine, string runId, long step) => _onDisk[(runId, machine)] = Math.Max(step, _onDisk.GetValueOrDefault((runId, machine)));

    /// <summary>Where the disk is full, it may forget it.</summary>
    private void Knows(Machine machine, long epoch)
    {
        if (!machine.IsFull) _epochs[machine] = Math.Max(epoch, _epochs.GetValueOrDefault(machine));
    }

    private static long? StepOf(OfferReplica offer) => offer.Checkpoints.FirstOrDefault(file => file.Name != ReplicaFile.BestName) is { } newest
        ? long.Parse(newest.Name["step-".Length..^".safetensors".Length], System.Globalization.CultureInfo.InvariantCulture)
        : null;

    private void CheckLoads(NodeDirectory directory, SimulatedJob job, long step, string what)
    {
        var folder = new CheckpointFolder(directory.FolderOf(job.Description.RunId));
        long newest = folder.Steps() is [var last, ..] ? last : -1;
        if (newest >= step && job.IsKnownWhole(newest, folder.PathOf(newest))) return;
        var found = folder.Newest().Found;
        Check(found is not null && found.Step >= step, $"{what} cannot be loaded");
        var state = TrainingCheckpoint.Restore(found!, job.Job.Model, job.Job.Training);
        Check(job.HashOf(state) == job.HashAt(found!.Step), $"{what} has other parameters");
        if (found.Step == newest) job.IsWhole(newest, folder.PathOf(newest));
    }

    private void Check(bool holds, string otherwise)
    {
        if (!holds) world.Fail(otherwise);
    }
}
