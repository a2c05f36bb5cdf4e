using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests;

/// <summary>A program that uses a trained network and is compiled ahead of time: <c>tests/RnnActors.Predictor</c>.</summary>
[Collection(BuildCollection.Name)]
public sealed class PredictorTests(ITestOutputHelper output) : IDisposable
{
    private const long MaxBytes = 15_000_000;
    private const int Starts = 9;

    /// <summary>A compiler says nothing for as long as it works.</summary>
    private static readonly TimeSpan Compiling = TimeSpan.FromMinutes(4);

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [SkippableFact]
    public void Compiled_ahead_of_time_it_says_what_predict_says_and_weighs_15_megabytes_at_most()
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        string program = Publish(isArm ? "linux-arm64" : "linux-x64");
        foreach (string[] question in AssertSaysWhatPredictSays([program]))
        {
            double[] milliseconds = [.. Enumerable.Range(0, Starts).Select(_ => TimeOf(program, question)).Order()];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{question[0]}: from start to end {milliseconds[Starts / 2]:0.0} ms, at least {milliseconds[0]:0.0} ms"));
        }

        ProcessResult refused = Run([program], "nothing", "a text");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("nothing: there is no such run. ", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>The vectors of ARM64 (NEON), as qemu computes them, give the bits of this machine's.</summary>
    [SkippableFact]
    public void Compiled_for_arm64_it_says_the_same_to_the_bit()
    {
        Skip.If(RuntimeInformation.ProcessArchitecture == Architecture.Arm64, "this machine is ARM64, which the other test compiles for");
        string? qemu = new[] { "qemu-aarch64-static", "qemu-aarch64" }.FirstOrDefault(IsThere);
        Skip.If(qemu is null, "qemu-user-static is not installed");
        Skip.IfNot(IsThere("clang") && IsThere("aarch64-linux-gnu-gcc"), "clang or gcc-aarch64-linux-gnu is not installed, which link for ARM64");
        AssertSaysWhatPredictSays([qemu!, "-L", "/usr/aarch64-linux-gnu", Publish("linux-arm64")]);
    }

    /// <summary>Of a forecast and of a classifier.</summary>
    /// <param name="predictor">The program, behind what runs it.</param>
    /// <returns>What the program was asked.</returns>
    private List<string[]> AssertSaysWhatPredictSays(string[] predictor)
    {
        long bytes = new FileInfo(predictor[^1]).Length;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes"));
        Assert.InRange(bytes, 1, MaxBytes);

        File.WriteAllText(_place["films.tsv"],
            "text\tlabel\n" + string.Concat(Enumerable.Range(0, 60)
            .Select(i => $"a {(i % 2 == 0 ? "good" : "bad")} film {i % 5}\t{(i % 2 == 0 ? "pro" : "con")}\n")));
        _ = Rnnactors.RunToDone(_place.Path, "train", Workplace.Forecast, "--max-steps", "20", "--out", "series", "--no-plot");
        _ = Rnnactors.RunToDone(_place.Path, "train", "films.tsv", "--max-steps", "3", "--out", "films", "--no-plot");
        List<string[]> questions = [];
        foreach ((string[] ours, string[] theirs, bool isTable) in new (string[], string[], bool)[]
            {
                (["series", "series.csv"], ["predict", "series", "series.csv"], true),
                (["films", "a good film", "unheard"], ["predict", "films", "--text", "a good film", "--text", "unheard"], false),
            })
        {
            ProcessResult expected = Rnnactors.Run(_place.Path, theirs), found = Run(predictor, ours);
            Assert.True((expected.ExitCode, found.ExitCode) == (0, 0), $"{expected}\n{found}");
            Assert.Equal((isTable ? expected.Output : Labels(expected.Output), expected.Error), (found.Output, found.Error));
            questions.Add(ours);
        }

        return questions;
    }

    /// <summary>Of a table of labels: the text, its label and the label's probability, without the header.</summary>
    private static string Labels(string table) =>
        string.Concat(table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => $"{string.Join(',', line.Split(',').Take(3))}\n"));

    private double TimeOf(string program, string[] arguments)
    {
        long began = Stopwatch.GetTimestamp();
        Assert.Equal(0, Run([program], arguments).ExitCode);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private string Publish(string system)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "compiling ahead of time is tried on Linux");
        Skip.IfNot(new[] { "clang", "gcc" }.Any(IsThere), "neither clang nor gcc is installed, which link what is compiled ahead of time");
        using ProcessRun publish = ProcessRun.Start(
            "dotnet", ["publish", Path.Combine(DocumentFolder.Repository, "tests", "RnnActors.Predictor"), "-c", "Release", "-r", system, "-o",
            _place["program"], "-nologo"], _place.Path);
        ProcessResult result = publish.WaitForExit(Compiling);
        Skip.If(result.Both.Contains("NU1101", StringComparison.Ordinal) || result.Both.Contains("NU1301", StringComparison.Ordinal),
            "the compiler's package is not to be had");
        Assert.True(result.ExitCode == 0, result.ToString());
        return _place["program/RnnActors.Predictor"];
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private ProcessResult Run(string[] predictor, params string[] arguments)
    {
        using ProcessRun run = ProcessRun.Start(predictor[0], [.. predictor[1..], .. arguments], _place.Path);
        return run.WaitForExit();
    }
}
