using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What must hold, whatever happens. It compares with the undisturbed run, bit by bit.</summary>
internal sealed class Oracle(World world)
{
    private readonly Dictionary<string, long> _acknowledged = [];
    private readonly Dictionary<(string RunId, Machine Taker), long> _handedOver = [];
    private readonly HashSet<string> _complete = [];

    public long Steps { get; private set; }

    public long Takeovers { get; private set; }

    /// <summary>A step is what it is in the undisturbed run, and follows the one before.</summary>
    public void StepDone(ManagerShell manager, RunShell run, StepDone told, long before, TrainingState state)
    {
        Steps++;
        var expected = run.Job.StepAt(told.Progress.Step);
        world.Log?.Add($"{world.Timeline.Now} {manager.Life} step {told.Progress.Step} of {run.Job.Description.Name}");
        Check(told.Progress.Step == before + 1, $"step {told.Progress.Step} came after step {before}");
        Check(run.Job.HashOf(state) == run.Job.HashAt(told.Progress.Step), $"step {told.Progress.Step} of {run.Job.Description.Name} made other parameters");
        Check((told.Loss, told.GradientNorm) == (expected.Loss, expected.GradientNorm), $"step {told.Progress.Step} had another loss or norm");
    }

    /// <summary>A checkpoint is acknowledged: it can be loaded, and has the right bits.</summary>
    public void Saved(ManagerShell manager, SimulatedJob job, long step)
    {
        CheckLoads(manager.Directory, job, step, $"the checkpoint of step {step} that {manager.Life} acknowledged");
        Acknowledge(job, step);
    }

    /// <summary>A candidate says that a copy is on its disk.</summary>
    public void Copied(NodeShell node, OfferReplica offer)
    {
        if (StepOf(offer) is { } step) CheckLoads(node.Directory, world.JobOf(offer.Run.Job.RunId), step, $"the copy of step {step} that {node.Life} acknowledged");
    }

    /// <summary>A run begins: from the right bits, not a second time, and not from before what its cluster has.</summary>
    public void Begins(ManagerShell manager, SimulatedJob job, TrainingState start)
    {
        Takeovers++;
        long step = start.Progress.Step;
        Check(job.HashOf(start) == job.HashAt(step), $"{manager.Life} begins {job.Description.Name} at step {step} with other parameters");
        if (world.MayFallBack) return;
        var here = manager.Life.Machine;
        if (here.IsTorn) return;
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

    public void Complete(ManagerShell manager, SimulatedJob job, TrainingState state)
    {
        Check(job.HashOf(state) == job.FinalHash && state.Progress.Step == job.LastStep, $"{job.Description.Name} ended with other parameters");
        _complete.Add(job.Description.RunId);
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

    private void Acknowledge(SimulatedJob job, long step) =>
        _acknowledged[job.Description.RunId] = Math.Max(step, _acknowledged.GetValueOrDefault(job.Description.RunId));

    private static long? StepOf(OfferReplica offer) => offer.Checkpoints.FirstOrDefault(file => file.Name != ReplicaFile.BestName) is { } newest
        ? long.Parse(newest.Name["step-".Length..^".safetensors".Length], System.Globalization.CultureInfo.InvariantCulture)
        : null;

    private void CheckLoads(NodeDirectory directory, SimulatedJob job, long step, string what)
    {
        var found = new CheckpointFolder(directory.FolderOf(job.Description.RunId)).Newest().Found;
        Check(found is not null && found.Step >= step, $"{what} cannot be loaded");
        var state = TrainingCheckpoint.Restore(found!, job.Job.Model, job.Job.Training);
        Check(job.HashOf(state) == job.HashAt(found!.Step), $"{what} has other parameters");
    }

    private void Check(bool holds, string otherwise)
    {
        if (!holds) world.Fail(otherwise);
    }
}
