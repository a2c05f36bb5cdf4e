using RnnActors.Cli.Display;
using RnnActors.Cli.Runs;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Reports;

/// <summary>What is worth typing after a run.</summary>
internal static class NextCommands
{
    public static IEnumerable<NextCommand> After(RunOverview run, TrainingProgress progress, Invocation invocation)
    {
        string folder = run.Folder.Shown;
        if (run.Specification.Task == TaskKind.LanguageModel) yield return new NextCommand("let it write", invocation.Of("generate", folder));
        else yield return new NextCommand("forecast what comes after the end of the data", invocation.Of("predict", folder));
        yield return new NextCommand("measure it again, or on other data", invocation.Of("evaluate", folder));
        if (progress.Stopped) yield break;
        int epochs = run.Specification.Training.Epochs;
        yield return progress.Epoch < epochs
            ? new NextCommand("go on to the specified end", invocation.Of("resume", folder))
            : new NextCommand("train it further", invocation.Of("resume", folder, "--epochs", $"{2 * Math.Max(epochs, progress.Epoch)}"));
    }
}
