using RnnActors.Core.Training;
using RnnActors.Training.Membership;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>One life of a process of a machine: it ends when it is killed, stopped, or taken out of its cluster.</summary>
internal sealed class Life(Machine machine, string id, TimeProvider time)
{
    public Machine Machine { get; } = machine;

    /// <summary>A node that starts again is a new one.</summary>
    public string Id { get; } = id;

    /// <summary>Its process: a node that falls out of its cluster begins anew in the same one.</summary>
    public string Process { get; } = machine.ProcessId;

    public bool IsOver { get; private set; }

    public TimeSpan HangsUntil { get; set; }

    /// <summary>The cluster as it sees it; null where it looks for one.</summary>
    public Cluster? Cluster { get; set; }

    /// <summary>When it began to look for a cluster.</summary>
    public TimeSpan Since { get; set; }

    public bool IsLeaving { get; set; }

    public NodeShell? Node { get; set; }

    public ManagerShell? Manager { get; set; }

    public List<Channel> Channels { get; } = [];

    /// <summary>Whether it answers.</summary>
    public bool IsHeardAt(TimeSpan now) => !IsOver && HangsUntil <= now;

    /// <summary>What is being written: whether it is, where the process is killed meanwhile, is decided by chance.</summary>
    public List<Action> InDoubt { get; } = [];

    /// <summary>The workers of its parts in runs, which share its memory.</summary>
    public List<WorkerShell> Workers { get; } = [];

    /// <summary>Whether a part does not fit into its memory beside the others.</summary>
    /// <param name="own">What stands for the part itself.</param>
    public bool IsShortOf(MemoryPlan plan, WorkerShell own) =>
        Machine.Holds is { } max && Machine.CostOf(plan) + Workers.Where(other => other != own).Sum(other => Machine.CostOf(other.Plan)) > max;

    /// <summary>When it was found out that the cluster goes on without it; null where it was not.</summary>
    public TimeSpan? FallsAt { get; set; }

    public PauseDetector Pauses { get; } = new(time);

    public void End(bool isKilled)
    {
        if (IsOver) return;
        if (isKilled) InDoubt.ForEach(write => write());
        else Node?.End();
        IsOver = true;
        foreach (var channel in Channels.ToArray()) channel.EndOf(this);
    }

    public override string ToString() => Id;
}
