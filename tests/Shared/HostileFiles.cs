using System.Globalization;
using Xunit.Abstractions;

namespace RnnActors.Tests;

/// <summary>
/// Damages files of a format in a test: <see cref="HostileInputs"/>. The seed is printed; <c>RNNACTORS_HOSTILE_INPUTS</c> sets how many inputs each format
/// gets.
/// </summary>
internal static class HostileFiles
{
    public static void Check(ITestOutputHelper log, HostileFormat format)
    {
        int seed = (int)(Variable("RNNACTORS_SEED") ?? 1), count = (int)(Variable("RNNACTORS_HOSTILE_INPUTS") ?? format.Inputs);
        log.WriteLine($"{format.Name}, seed {seed}: RNNACTORS_SEED={seed} repeats it");
        if (HostileInputs.FindProblem(format, seed, count, log.WriteLine) is { } problem) throw new Xunit.Sdk.XunitException(problem);
    }

    private static double? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
