using System.Globalization;

namespace RnnActors.Tests;

/// <summary>How long one test may take before it fails, so that a test that hangs never stalls the suite.</summary>
internal static class TimeLimit
{
    /// <summary>An environment variable: the limit in minutes, for runs at full length.</summary>
    public const string Variable = "RNNACTORS_TEST_MINUTES";

    private const double DefaultMinutes = 5;

    public static TimeSpan OfTest { get; } = TimeSpan.FromMinutes(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } minutes ? double.Parse(minutes, CultureInfo.InvariantCulture) : DefaultMinutes);
}
