using RnnActors.Core.Checkpoints;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests;

/// <summary>Whatever ends a process, the run goes on from a valid checkpoint to the bits of one that never stopped.</summary>
public sealed class CrashTests(ITestOutputHelper log) : IDisposable
{
    private readonly Workplace _at = new();

    public void Dispose() => _at.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_run_killed_at_random_moments_ends_as_one_never_killed(int everySteps)
    {
        var random = new Random(Lengths.Seed(log));
        string[] start = ["train", Workplace.Forecast, "--epochs", "100000", "--out", "killed", "--set", $"checkpoint.everySteps={everySteps}"];
        long told = 0;
        for (int kill = 0; kill < Lengths.Kills; kill++)
        {
            using var run = Rnnactors.Start(_at.Path, null,
                [.. told == 0 ? start : ["resume", "killed"], "--workers", $"{1 + random.Next(3)}", "--no-plot", "--json"]);
            string? line = run.WaitForLine(line => Rnnactors.IsEvent(line, told == 0 || random.Next(2) == 0 ? "checkpoint" : "start"));
            if (line is null) Assert.Fail(run.WaitForExit().ToString());
            Thread.Sleep(random.Next(120)); // the kill's moment is the thing under test
            run.Signal("KILL");
            var result = run.WaitForExit();
            Assert.Equal(128 + 9, result.ExitCode);
            told = Math.Max(told, LastTold(result.Output));
            Assert.True(told > 0, result.ToString());

            var search = new CheckpointFolder(_at["killed"]).Newest();
            Assert.NotNull(search.Found);
            Assert.InRange(search.Found.Step, told, long.MaxValue);
            Assert.Empty(search.Skipped);
        }

        string end = $"{new CheckpointFolder(_at["killed"]).Newest().Found!.Step + 10}";
        log.WriteLine($"{Lengths.Kills} kills over {end} steps");
        var resumed = Rnnactors.RunToDone(_at.Path, "resume", "killed", "--max-steps", end, "--no-plot");
        var whole = Rnnactors.RunToDone(_at.Path, "train", Workplace.Forecast, "--epochs", "100000", "--max-steps", end, "--out", "whole", "--no-plot");
        Assert.Equal(Rnnactors.Parameters(whole), Rnnactors.Parameters(resumed));
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public void A_signal_ends_a_run_in_order_and_it_goes_on_to_the_same_parameters(string signal, int exitCode)
    {
        using var run = Rnnactors.Start(_at.Path, null, "train", Workplace.LanguageModel, "--epochs", "100000", "--set", "training.schedule=null", "--out",
            "stopped", "--no-plot", "--json");
        Assert.NotNull(run.WaitForLine(line => Rnnactors.IsEvent(line, "step")));
        run.Signal(signal);
        var result = run.WaitForExit();
        Assert.True(result.ExitCode == exitCode, result.ToString());
        var stopped = Rnnactors.Json(result.Output.TrimEnd().Split('\n')[^1]);
        long step = stopped["steps"]!.GetValue<long>();
        Assert.Equal(step, new CheckpointFolder(_at["stopped"]).Newest().Found!.Step);

        string end = $"{step + 7}";
        var resumed = Rnnactors.RunToDone(_at.Path, "resume", "stopped", "--max-steps", end, "--no-plot");
        var whole = Rnnactors.RunToDone(
            _at.Path, "train", Workplace.LanguageModel, "--epochs", "100000", "--set", "training.schedule=null", "--max-steps", end, "--out", "whole",
            "--no-plot");
        Assert.Equal(Rnnactors.Parameters(whole), Rnnactors.Parameters(resumed));
    }

    [Fact]
    public void A_signal_ends_a_text_in_order()
    {
        Rnnactors.RunToDone(_at.Path, "train", Workplace.LanguageModel, "--max-steps", "2", "--out", "run", "--no-plot");
        using var writing = Rnnactors.Start(_at.Path, null, "generate", "run", "--length", "2000000000");
        Assert.NotNull(writing.WaitForLine(_ => true));
        writing.Signal("INT");
        var result = writing.WaitForExit();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("characters in", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_on_the_same_folder_is_refused()
    {
        using var first = Rnnactors.Start(_at.Path, null, "train", Workplace.Forecast, "--epochs", "100000", "--out", "run", "--no-plot", "--json");
        Assert.NotNull(first.WaitForLine(line => Rnnactors.IsEvent(line, "checkpoint")));
        foreach (string[] arguments in (string[][])[["resume", "run"], ["train", Workplace.Forecast, "--out", "run", "--overwrite"]])
        {
            var second = Rnnactors.Run(_at.Path, arguments);
            Assert.True(second.ExitCode == 2, second.ToString());
            Assert.Contains("run", second.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
        }

        first.Signal("TERM");
        Assert.Equal(143, first.WaitForExit().ExitCode);
    }

    private static long LastTold(string output) => output.TrimEnd().Split('\n')
        .Where(line => line.EndsWith('}') && Rnnactors.IsEvent(line, "checkpoint"))
        .Select(line => Rnnactors.Json(line)["step"]!.GetValue<long>())
        .DefaultIfEmpty().Max();
}
