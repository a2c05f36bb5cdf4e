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

/// <summary>The first step in which two computations differ.</summary>
/// <param name="What"><c>rows</c>, <c>rate</c>, <c>loss</c>, <c>norm</c> or <c>parameters</c>.</param>
public sealed record LedgerDifference(long Step, string What);

/// <summary>Steps of a run, recomputed in a folder of their own.</summary>
/// <param name="From">The step after which the recomputation began.</param>
/// <param name="Ledger">The ledger of the recomputation.</param>
internal sealed record RecomputedSteps(long From, TrainingState State, PreparedTask Task, Ledger Ledger)
{
    /// <summary>Trains up to a step.</summary>
    /// <param name="data">Where the run's data is now: a file, or a folder with its files; null where it has not moved.</param>
    /// <param name="before">The checkpoint to begin with; null for the run's beginning.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The data is gone or has changed.</exception>
    public static async Task<RecomputedSteps?> ComputeAsync(
        TrainedRun run, string? data, TrainedRun? before, long to, int? workers, IRunView? view, CancellationToken cancellation)
    {
        RunSpecification specification = data is null ? run.Specification : DataPlace.Set(run.Specification, data);
        var task = run.LoadTask(specification, "Put them back, or name where they are now behind the run");
        PreparedRun prepared = PreparedRun.Create(Path.GetFileName(run.Folder.Path), specification, task, to, before?.State);
        long from = prepared.Start.Step; // read now: training changes the state that it begins with
        string temporary = Directory.CreateTempSubdirectory("rnnactors-again-").FullName;
        try
        {
            var again = new RunOverview(prepared, new RunFolder(temporary)) { Offered = workers ?? Environment.ProcessorCount };
            using var store = new CheckpointStore(temporary, 1);
            if (await new TrainingSession(again, view).TrainAsync(store, cancellation).ConfigureAwait(false) is not { } outcome
                || outcome.State.Progress.Step != to) return null;
            return new RecomputedSteps(from, outcome.State, task, Ledger.Read(again.Folder.LedgerPath));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>The newest undamaged checkpoint of the same run before a step; null where there is none.</summary>
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
                // damaged; an older one will do
            }
        }

        return null;
    }

    /// <summary>Compares with these steps in the run's own ledger.</summary>
    public LedgerDifference? FirstDifference(TrainedRun run) =>
        Ledger.Read(run.Folder.LedgerPath).FirstDifference(Ledger) is { } found ? new LedgerDifference(found.Step, found.What) : null;
}
