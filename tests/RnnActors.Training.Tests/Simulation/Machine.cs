using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>A machine: its disk, its line and its process.</summary>
internal sealed class Machine(int number, bool isCandidate, int workers, string folder)
{
    public int Number { get; } = number;

    public string Name { get; } = $"node-{number}:4053";

    public bool IsCandidate { get; } = isCandidate;

    public int Workers { get; } = workers;

    public string Folder { get; } = folder;

    public Life? Life { get; set; }

    public int Lives { get; set; }

    public int Side { get; set; }

    public string Version { get; set; } = "1.0.0";

    public double Loss { get; set; }

    public double Delay { get; set; }

    public double Failing { get; set; }

    public double Slowness { get; set; } = 1;

    /// <summary>Seconds.</summary>
    public double DiskDelay { get; set; }

    public bool IsFull { get; set; }

    /// <exception cref="IOException">The disk is full.</exception>
    public void CheckRoom()
    {
        if (IsFull) throw new IOException("the disk is full");
    }

    public bool Lies { get; set; }

    /// <summary>It has computed wrongly at some time.</summary>
    public bool HasLied { get; set; }

    /// <summary>What its memory holds: the most <see cref="CostOf"/> of its parts in runs; null for all.</summary>
    public int? Holds { get; set; }

    /// <summary>It has been short of memory at some time.</summary>
    public bool WasShort { get; set; }

    /// <summary>Counts its processes: a node that falls out of its cluster begins anew in the same one.</summary>
    public int Processes { get; set; }

    public string ProcessId => $"{Number}/{Processes}";

    /// <summary>It was in a cluster with others.</summary>
    public bool IsExperienced { get; set; }

    /// <summary>Its disk has lost something for good: what it acknowledged need not be there any more.</summary>
    public bool IsTorn { get; set; }

    /// <summary>Faults that keep it down.</summary>
    public int Down { get; set; }

    /// <summary>The last one that it met, so that faults of the same kind may overlap.</summary>
    public NodeDirectory OpenDirectory() => new(Folder);

    public NodeDescription Describe(Life life, long epoch) =>
        new(life.Id, Name, IsCandidate, Workers, 1L << 30, 256, Version, epoch, Version == World.OtherVersion ? 2 : 1, ProcessId: ProcessId,
            SharesRuns: Number % 3 != 2); // some are of builds that know one run at a time

    /// <summary>What a part in a run takes: two for each thread, and one where it computes as few rows at a time as possible.</summary>
    public static int CostOf(MemoryPlan plan) => (2 * plan.Threads) - (plan.InSmallRounds ? 1 : 0);
}
