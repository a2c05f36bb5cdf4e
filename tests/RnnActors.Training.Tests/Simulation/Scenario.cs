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

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"seed {Seed}: {Candidates} candidates, workers {string.Join('+', Workers)} of {Pace:0.000} s a shard, runs "
            + $"{string.Join(", ", Jobs.Select(job => SimulatedJob.All[job].Description.Name))}\n")
        + string.Join('\n', Faults);

    private static Fault AnyFault(Random random, FaultKind[] kinds, int machines)
    {
        var kind = kinds[random.Next(kinds.Length)];
        double at = Math.Pow(random.NextDouble(), 1.5) * 25, length = Math.Pow(random.NextDouble(), 2) * 30;
        double amount = kind switch
        {
            FaultKind.Lose => random.NextDouble() * 0.7,
            FaultKind.Delay => random.NextDouble() * 1.5,
            FaultKind.Exhaust => random.NextDouble(),
            FaultKind.Slow => 1 + (random.NextDouble() * 60),
            _ => random.NextDouble(),
        };
        return new Fault(kind, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(0.1 + length), random.Next(machines), amount);
    }
}
