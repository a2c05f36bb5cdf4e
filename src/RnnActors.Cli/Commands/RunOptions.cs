using System.CommandLine;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Trained;
using RnnActors.Runs.Trained;

namespace RnnActors.Cli.Commands;

/// <summary>Options of commands that use a trained run.</summary>
internal static class RunOptions
{
    public static Argument<string> Run() => new("run") { Description = "The run's folder, or a checkpoint in it." };

    public static Argument<string?> DataPlace() => new("data")
    {
        Description = "Where its data are now: a file, or a folder with its files. Left out, where they were.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<bool> Best() => new("--best") { Description = "Use the parameters with the lowest validation loss." };

    public static Option<bool> Last() => new("--last") { Description = "Use the parameters after the last step." };

    /// <exception cref="InvalidInputException">Both are given.</exception>
    public static ParameterChoice Choice(bool best, bool last) => (best, last) switch
    {
        (true, true) => throw new InvalidInputException("--best and --last exclude each other", "Give one of them"),
        (true, _) => ParameterChoice.Best,
        (_, true) => ParameterChoice.Last,
        _ => ParameterChoice.Result,
    };

    /// <summary>Opens a run, and warns of newer checkpoints that cannot be used.</summary>
    public static TrainedRun Open(string path, Action<string> warn)
    {
        var run = TrainedRun.Open(path);
        foreach (var skipped in run.Skipped) warn($"skipped a newer checkpoint: {skipped.Reason}");
        if (run.Skipped.Count > 0) warn($"using {ShownPath.Of(run.Checkpoint.Path)} instead");
        return run;
    }
}
