using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Runs.Tests.Preparing;

/// <summary>Data of each kind of task, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileDataTests(ITestOutputHelper log)
{
    public static TheoryData<string> Formats => [.. TaskFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Are_read_or_refused(string format) => HostileFiles.Check(log, HostileFormat.Find(TaskFormats.All, format));
}
