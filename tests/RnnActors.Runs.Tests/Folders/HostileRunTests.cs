using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Runs.Tests.Folders;

/// <summary>What lies in a run's folder, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileRunTests(ITestOutputHelper log)
{
    public static TheoryData<string> Formats => [.. RunFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Are_read_or_refused(string format) => HostileFiles.Check(log, HostileFormat.Find(RunFormats.All, format));
}
