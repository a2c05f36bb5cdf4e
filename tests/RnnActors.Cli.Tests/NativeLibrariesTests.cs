using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace RnnActors.Cli.Tests;

public sealed class NativeLibrariesTests
{
    /// <summary>Packages bring those of two dozen systems, half a gigabyte. The list counts, not the folder: an older build's files may lie in it.</summary>
    [Fact]
    public void A_build_has_those_of_this_machine_alone()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx"
            : "linux", processor = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        string dependencies = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "RnnActors.Cli.Tests.deps.json"));
        string[] machines = [.. Regex.Matches(dependencies, "\"runtimes/([^/]+)/native/[^\"]*libSkiaSharp").Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(machines);
        Assert.All(machines, machine => Assert.Matches($"^{system}(-musl)?(-{processor})?$", machine));
    }
}
