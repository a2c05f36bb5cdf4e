using System.Globalization;
namespace RnnActors.Training.Tests.Simulation;

/// <summary>What a simulation plays: nodes, runs and faults, all from its seed.</summary>
/// <param name="Candidates">Which may become the coordinator; each has workers too, or none.</param>
/// <param name="Workers">The threads of each machine, candidates first.</param>
/// <param name="Jobs">By their places in <see cref="SimulatedJob.All"/>.</param>
/// <param name="Pace">Seconds that a worker takes for a shard.</param>
/// <param name="Faults">In order of time.</param>
internal sealed record Scenario(int Seed, int Candidates, int[] Workers, int[] Jobs, double Pace, IReadOnlyList<Fault> Faults)
{
    /// <summary>The share of steps that are audited.</summary>
    public double Audit { get; init; }

    /// <summary>How many runs train at once.</summary>
    public int Places { get; init; } = 1;

    /// <summary>The priorities of the runs, in their order; none for equal ones.</summary>
    public int[] Priorities { get; init; } = [];

    /// <summary>When the runs are brought, in seconds; none for all at once.</summary>
    public double[] Brought { get; init; } = [];

    /// <summary>All faults have passed by then.</summary>
    public static readonly TimeSpan Healed = TimeSpan.FromSeconds(60);

    private static readonly FaultKind[] Usual =
    [
        FaultKind.Kill, FaultKind.Kill, FaultKind.Kill, FaultKind.Stop, FaultKind.Stop, FaultKind.Hang, FaultKind.Hang, FaultKind.Cut, FaultKind.Cut,
        FaultKind.Lose,
        FaultKind.Delay, FaultKind.Break, FaultKind.Fill, FaultKind.Tear, FaultKind.Exhaust, FaultKind.Slow, FaultKind.Slow, FaultKind.Interrupt,
    ];

    /// <param name="seed">The same seed makes the same scenario.</param>
    /// <param name="others">Kinds of faults beside the usual ones.</param>
    public static Scenario Of(int seed, params FaultKind[] others)
    {
        var random = new Random(seed);
        int candidates = 1 + random.Next(3), machines = candidates + random.Next(candidates == 1 ? 1 : 0, 4);
        int[] workers = [.. Enumerable.Range(0, machines).Select(machine => machine < candidates ? random.Next(3) : 1 + random.Next(2))];
        if (workers.Sum() == 0) workers[0] = 1;
        int[] jobs = [.. Enumerable.Range(0, SimulatedJob.All.Count).OrderBy(_ => random.Next()).Take(random.Next(3) == 0 ? 2 : 1)];
        double pace = 0.02 * Math.Pow(40, random.NextDouble());
        FaultKind[] kinds = [.. Usual, .. others, .. others];
        var faults = Enumerable.Range(0, random.Next(11)).Select(_ => AnyFault(random, kinds, machines)).OrderBy(fault => fault.At).ToArray();
        return new Scenario(seed, candidates, workers, jobs, pace, faults);
    }

    /// <summary>
    /// Every step is audited, and one machine computes wrongly for a while. It is not the coordinator's, whose own workers are honest: alone it would not be
    /// found. Of two that differ a run ends, and is brought again.
    /// </summary>
    public static Scenario WithLiar(int seed)
    {
        var scenario = Of(seed);
        var random = new Random(seed ^ 0xA0D17);
        int[] workers = [.. Enumerable.Range(0, 4 + random.Next(2)).Select(_ => 1 + random.Next(2))];
        int liar = 1 + random.Next(workers.Length - 1);
        var lie = new Fault(FaultKind.Lie, TimeSpan.FromSeconds(random.NextDouble() * 8), TimeSpan.FromSeconds(5 + (random.NextDouble() * 40)), liar, 0);
        var others = scenario.Faults.Select(fault => fault with { Machine = fault.Machine % workers.Length });
        return scenario with { Candidates = 1, Workers = workers, Faults = [.. others.Append(lie).OrderBy(fault => fault.At)], Audit = 1 };
    }

    /// <summary>
    /// The process that computes wrongly is killed soon, and an honest one starts under its name, while the other machines are slow to send the right bits.
    /// </summary>
    public static Scenario WithRestartedLiar(int seed)
    {
        var scenario = WithLiar(seed);
        var random = new Random(seed ^ 0x1EA2);
        var length = TimeSpan.FromSeconds(0.1 + random.NextDouble());
        var lie = scenario.Faults.First(fault => fault.Kind == FaultKind.Lie) with { For = length };
        var kill = new Fault(FaultKind.Kill, lie.At + length, TimeSpan.FromSeconds(0.1), lie.Machine, 0);
        var slow = Enumerable.Range(0, scenario.Workers.Length).Where(machine => machine != lie.Machine).Select(machine =>
            new Fault(FaultKind.Slow, lie.At, length + TimeSpan.FromSeconds(5), machine, 5 + (random.NextDouble() * 40)));
        return scenario with { Faults = [.. slow.Append(lie).Append(kill).OrderBy(fault => fault.At)] };
    }

    /// <summary>Memories are short, beside the usual faults. Whoever holds nothing of a run gets more at last.</summary>
    public static Scenario WithLimits(int seed) => Of(seed, FaultKind.Limit, FaultKind.Limit, FaultKind.Limit, FaultKind.Limit);

    /// <summary>Runs of several priorities, which are brought while others train, and moved; disks are slow at times.</summary>
    public static Scenario WithPriorities(int seed)
    {
        var scenario = Of(seed, FaultKind.Move, FaultKind.Move, FaultKind.SlowDisk, FaultKind.SlowDisk);
        var random = new Random(seed ^ 0x9107);
        int[] jobs = [.. Enumerable.Range(0, SimulatedJob.All.Count).OrderBy(_ => random.Next()).Take(2 + random.Next(2))];
        return scenario with
        {
            Jobs = jobs,
            Priorities = [.. jobs.Select((_, place) => random.Next(2) + place)],
            Brought = [.. jobs.Select((_, place) => place * random.NextDouble() * 8)],
        };
    }

    /// <summary>The same, with several runs of which up to three train at once.</summary>
    public Scenario Beside()
    {
        var random = new Random(Seed ^ 0xBE51DE);
        int[] jobs = [.. Jobs, .. Enumerable.Range(0, SimulatedJob.All.Count).Except(Jobs).OrderBy(_ => random.Next()).Take(2 - Jobs.Length + random.Next(2))];
        return this with
        {
            Places = 1 + random.Next(3),
            Jobs = jobs,
            Priorities = Priorities.Length == 0 ? [] : [.. Priorities, .. jobs.Skip(Jobs.Length).Select(_ => random.Next(4))],
            Brought = Brought.Length == 0 ? [] : [.. Brought, .. jobs.Skip(Jobs.Length).Select(_ => random.NextDouble() * 8)],
        };
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"seed {Seed}: {Candidates} candidates, workers {string.Join('+', Workers)} of {Pace:0.000} s a shard, audits {Audit}, {Places} of the runs "
            + $"{string.Join(", ", Jobs.Select(NameOf))}\n")
        + string.Join('\n', Faults);

    private string NameOf(int job, int place)
    {
        string name = SimulatedJob.All[job].Description.Name;
        return Priorities.Length == 0
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"{name} of priority {Priorities[place]} at {Brought[place]:0.000} s");
    }

    private static Fault AnyFault(Random random, FaultKind[] kinds, int machines)
    {
        var kind = kinds[random.Next(kinds.Length)];
        double at = Math.Pow(random.NextDouble(), 1.5) * 25, length = Math.Pow(random.NextDouble(), 2) * 30;
        double amount = kind switch
        {
            FaultKind.Lose => random.NextDouble() * 0.7,
            FaultKind.Delay => random.NextDouble() * 1.5,
            FaultKind.Exhaust => random.NextDouble(),
            FaultKind.SlowDisk => 5 + (random.NextDouble() * 40),
            FaultKind.Slow => 1 + (random.NextDouble() * 60),
            _ => random.NextDouble(),
        };
        return new Fault(kind, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(0.1 + length), random.Next(machines), amount);
    }
}
