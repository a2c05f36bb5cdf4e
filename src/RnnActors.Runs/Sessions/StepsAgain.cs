using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>Where two computations of a step differ first.</summary>
/// <param name="What"><c>rows</c>, <c>rate</c>, <c>loss</c>, <c>norm</c> or <c>parameters</c>.</param>
public sealed record LedgerDifference(long Step, string What);

/// <summary>Steps of a run, computed again in a folder of their own.</summary>
/// <param name="From">The step that they began after.</param>
/// <param name="Ledger">What they did.</param>
internal sealed record StepsAgain(long From, TrainingState State, PreparedTask Task, Ledger Ledger)
{
    /// <summary>Trains to a step.</summary>
    /// <param name="data">Where the run's data are now: a file, or a folder with its files; null for where they were.</param>
    /// <param name="before">Where it begins; null for the run's beginning.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The data are gone or have changed.</exception>
    public static async Task<StepsAgain?> ComputeAsync(
        TrainedRun run, string? data, TrainedRun? before, long to, int? workers, IRunView? view, CancellationToken cancellation)
    {
        RunSpecification specification = data is null ? run.Specification : DataPlace.Set(run.Specification, data);
        var task = run.LoadTask(specification, "Put them back, or name where they are now behind the run");
        PreparedRun prepared = PreparedRun.Create(Path.GetFileName(run.Folder.Path), specification, task, to, before?.State);
        long from = prepared.Start.Step; // training moves the state that it begins with
        string temporary = Directory.CreateTempSubdirectory("rnnactors-again-").FullName;
        try
        {
            var again = new RunOverview(prepared, new RunFolder(temporary)) { Offered = workers ?? Environment.ProcessorCount };
            using var store = new CheckpointStore(temporary, 1);
            if (await new TrainingSession(again, view).TrainAsync(store, cancellation).ConfigureAwait(false) is not { } outcome
                || outcome.State.Progress.Step != to) return null;
            return new StepsAgain(from, outcome.State, task, Ledger.Read(again.Folder.LedgerPath));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>The newest checkpoint of the same run before a step that is whole; null for none.</summary>
    public static TrainedRun? CheckpointBefore(TrainedRun run, long step)
    {
        CheckpointFolder folder = run.Folder.Checkpoints;
        foreach (string path in folder.Steps().Where(earlier => earlier < step).Select(folder.PathOf).Append(folder.BestPath))
        {
            try
            {
                if (!File.Exists(path)) continue;
                TrainedRun before = TrainedRun.Open(path);
                if (before.Checkpoint.Step < step && before.Identity.DataHash == run.Identity.DataHash) return before;
            }
            catch (InvalidInputException)
            {
                // a damaged one: an older one does as well
            }
        }

        return null;
    }

    /// <summary>Compares with what the run's own ledger says of these steps.</summary>
    public LedgerDifference? FirstDifference(TrainedRun run) =>
        Ledger.Read(run.Folder.LedgerPath).FirstDifference(Ledger) is { } found ? new LedgerDifference(found.Step, found.What) : null;
}
