using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Training.Tests.Storage;

/// <summary>What lies in a node's directory, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileStorageTests(ITestOutputHelper log)
{
    public static TheoryData<string> Formats => [.. StorageFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Are_read_or_refused(string format) => HostileFiles.Check(log, HostileFormat.Find(StorageFormats.All, format));
}
