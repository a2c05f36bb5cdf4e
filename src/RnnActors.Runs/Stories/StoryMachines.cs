using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Training;
using RnnActors.Data.Wording;
using RnnActors.Training.Events;

namespace RnnActors.Runs.Stories;

/// <summary>Keeps track of a run's machines, from its events.</summary>
internal sealed class StoryMachines
{
    /// <summary>The most machines to remember; beyond it, those that left longest ago are forgotten.</summary>
    public const int Max = 1000;

    private readonly List<StoryMachine> _machines;

    /// <param name="start">The step that the run resumes after; earlier machines took part until then.</param>
    public StoryMachines(IEnumerable<StoryMachine> before, long start) => _machines =
    [
        .. before.Where(machine => machine.FromStep <= start)
            .Select(machine => machine.State == StoryMachine.TakesPart ? machine with { State = StoryMachine.Left, UntilStep = start } : machine),
    ];

    public void AddThis(WorkerTeams teams, long step)
    {
        string vectors = Vectors.Width == VectorWidth.Scalar ? "no vectors" : $"vectors of {(int)Vectors.Width} bits";
        _machines.RemoveAll(machine => machine.Name == StoryMachine.Here && machine.FromStep == step);
        _machines.Add(new StoryMachine(StoryMachine.Here, teams.Workers, step, StoryMachine.TakesPart)
        {
            Description = $"{Figures.Plural(teams.Threads, "thread")} on {Figures.Plural(Environment.ProcessorCount, "processor")}, "
                + $"{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}, "
                + $"{vectors}, {RuntimeInformation.OSDescription.Trim()}",
        });
    }

    public void Observe(TrainingEvent happened, long step)
    {
        switch (happened)
        {
            case WorkersJoined joined:
                int known = _machines.FindIndex(machine => machine.Name == joined.Node);
                if (known < 0) Add(new StoryMachine(joined.Node, joined.Workers, step, StoryMachine.TakesPart));
                else _machines[known] = _machines[known] with { Workers = joined.Workers, State = StoryMachine.TakesPart, UntilStep = null };
                break;
            case WorkersLeft left:
                Change(left.Node, machine => machine with { State = StoryMachine.Left, UntilStep = step });
                break;
            case WorkersLost lost:
                Change(lost.Node, machine => machine with { State = StoryMachine.Lost, UntilStep = step, Losses = machine.Losses + 1 });
                break;
            case ShardsMoved moved:
                Change(moved.Node, machine => machine with { ShardsMoved = machine.ShardsMoved + moved.Shards });
                break;
        }
    }

    public IReadOnlyList<StoryMachine> Read() => [.. _machines];

    private void Add(StoryMachine machine)
    {
        _machines.Add(machine);
        if (_machines.Count <= Max) return;
        int gone = _machines.FindIndex(one => one.State != StoryMachine.TakesPart);
        if (gone >= 0) _machines.RemoveAt(gone);
    }

    private void Change(string name, Func<StoryMachine, StoryMachine> change)
    {
        int at = _machines.FindIndex(machine => machine.Name == name);
        if (at >= 0) _machines[at] = change(_machines[at]);
    }
}
