using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Interop.Tests;

/// <summary>Arrays and weights that others wrote, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileWeightsTests(ITestOutputHelper log)
{
    public static TheoryData<string> Formats => [.. WeightFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Are_read_or_refused(string format) => HostileFiles.Check(log, HostileFormat.Find(WeightFormats.All, format));
}
