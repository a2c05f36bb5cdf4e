using RnnActors.Tests;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Data.Tests.Files;

/// <summary>Every format of data that is read, damaged: <see cref="HostileFiles"/>.</summary>
public sealed class HostileFilesTests(ITestOutputHelper log)
{
    public static TheoryData<string> Formats => [.. DataFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Are_read_or_refused(string format) => HostileFiles.Check(log, HostileFormat.Find(DataFormats.All, format));
}
