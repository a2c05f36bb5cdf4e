using System.Globalization;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Processes;

/// <summary>How long random faults and loads last: short, unless environment variables say otherwise (tests/README.md).</summary>
internal static class Lengths
{
    /// <summary>Faults of a chaos test, for each model.</summary>
    public static int ChaosFaults => (int)(Variable("RNNACTORS_CHAOS_FAULTS") ?? 5);

    /// <summary>After this time a chaos test has no further fault: a slow machine has fewer, unless it was told how many.</summary>
    public static TimeSpan ChaosTime => Variable("RNNACTORS_CHAOS_FAULTS") is null ? TimeSpan.FromSeconds(25) : TimeSpan.MaxValue;

    /// <summary>How often a run is killed at a random moment.</summary>
    public static int Kills => (int)(Variable("RNNACTORS_KILLS") ?? 3);

    /// <summary>How often workers come or go at random.</summary>
    public static int Changes => (int)(Variable("RNNACTORS_CHANGES") ?? 4);

    /// <summary>How long a worker hangs that stays a member.</summary>
    public static TimeSpan Hang => TimeSpan.FromSeconds(Variable("RNNACTORS_HANG_SECONDS") ?? 8);

    /// <summary>How long every core computes.</summary>
    public static TimeSpan Load => TimeSpan.FromSeconds(Variable("RNNACTORS_LOAD_SECONDS") ?? 5);

    /// <summary>The seed of a random test: another one each time, or that of <c>RNNACTORS_SEED</c>. It is told, so that a failure can be repeated.</summary>
    public static int Seed(ITestOutputHelper log)
    {
        int seed = (int)(Variable("RNNACTORS_SEED") ?? Random.Shared.Next(1_000_000));
        log.WriteLine($"seed {seed}: RNNACTORS_SEED={seed} repeats it");
        return seed;
    }

    private static double? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
