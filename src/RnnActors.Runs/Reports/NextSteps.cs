using RnnActors.Core.Training;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Protocol;

namespace RnnActors.Runs.Reports;

/// <summary>A command that is useful after a run.</summary>
/// <param name="Purpose">A few words: <c>go on training</c>.</param>
/// <param name="Arguments">The command and its arguments.</param>
public sealed record NextStep(string Purpose, IReadOnlyList<string> Arguments);

/// <summary>The commands that are useful after a run.</summary>
public static class NextSteps
{
    internal static IEnumerable<NextStep> After(RunOverview run, TrainingProgress progress)
    {
        string folder = run.Folder.Shown;
        foreach (TaskUse use in run.Specification.Task.Uses)
            yield return new NextStep(use.Purpose, use.Argument is { } argument ? [use.Command, folder, argument] : [use.Command, folder]);
        yield return new NextStep("measure it again, or on other data", ["evaluate", folder]);
        if (progress.Stopped) yield break;
        int epochs = run.Specification.Training.Epochs;
        yield return progress.Epoch < epochs
            ? new NextStep("go on to the specified end", ["resume", folder])
            : new NextStep("train it further", ["resume", folder, "--epochs", $"{2 * Math.Max(epochs, progress.Epoch)}"]);
    }

    /// <summary>The commands after detaching from a cluster's run, which goes on.</summary>
    /// <param name="cluster">Addresses of nodes by which the cluster is reached.</param>
    public static IReadOnlyList<NextStep> AfterDetaching(string runId, IEnumerable<string> cluster)
    {
        string id = RunIds.Short(runId);
        string[] where = [.. cluster.SelectMany(node => new[] { "--cluster", node })];
        return
        [
            new("follow it again", ["attach", id, .. where]),
            new("stop it, for all who follow it", ["cancel", id, .. where]),
            new("get its checkpoints and losses", ["fetch", id, .. where]),
        ];
    }
}
