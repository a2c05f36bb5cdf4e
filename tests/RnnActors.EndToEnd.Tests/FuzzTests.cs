using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>The fuzz program, which takes hours, works: <c>tests/RnnActors.Fuzz</c>.</summary>
public sealed class FuzzTests : IDisposable
{
    private static readonly string Program = Path.Combine(
        DocumentFolder.Repository, "tests", "RnnActors.Fuzz", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "RnnActors.Fuzz.dll");

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Every_format_is_read_once()
    {
        string[] formats = Run().Output.TrimEnd().Split('\n');
        Assert.All((string[])["checkpoint", "csv", "parquet", "hdf5", "ledger"], format => Assert.Contains(format, formats));
        string[] read = Run("--once").Output.TrimEnd().Split('\n');
        Assert.Equal(formats, read.Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void A_file_is_judged_by_the_law_of_readers()
    {
        Run("csv", "--seeds", _place["seeds"]);
        File.WriteAllText(_place["text"], "no table");
        Assert.Contains("csv: 2 read, ", Run("csv", Path.Combine(_place["seeds"], "0"), _place["text"]).Output, StringComparison.Ordinal);
    }

    private ProcessResult Run(params string[] arguments)
    {
        using var run = ProcessRun.Start("dotnet", [Program, .. arguments], _place.Path);
        ProcessResult result = run.WaitForExit();
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}
