using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>Files of parameters, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileCheckpointTests(ITestOutputHelper log)
{
    public static TheoryData<string> Formats => [.. CheckpointFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Are_read_or_refused(string format) => HostileFiles.Check(log, HostileFormat.Find(CheckpointFormats.All, format));
}
