using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Losses;
using RnnActors.Training.Client;
using RnnActors.Training.Protocol;

namespace RnnActors.Runs.Clusters;

/// <summary>Fetches a cluster's run into a local folder, as if it had been trained here.</summary>
public static class FetchedFolder
{
    /// <param name="overwrite">Whether to replace a run that the folder holds.</param>
    /// <returns>The step of the newest checkpoint.</returns>
    /// <exception cref="InvalidInputException">The folder holds a run, there is no checkpoint yet, or the cluster cannot be reached.</exception>
    public static async Task<long> FetchAsync(
        ClusterClient client, RunSummary run, RunFolder folder, bool overwrite = false, CancellationToken cancellation = default)
    {
        if (!overwrite) folder.RefuseIfItHoldsRun();
        var history = new Dictionary<int, EpochDone>();
        List<TrainingEvent> told = [];
        await foreach (var line in client.ReadLogAsync(run, cancellation: cancellation).ConfigureAwait(false))
        {
            foreach (var happened in EventFormat.Decode(new RunEvent(run.RunId, line.Kind, line.Event)))
            {
                // A new coordinator may close an epoch again, with the same losses.
                if (happened is EpochDone epoch) history[epoch.Progress.Epoch] = epoch;
                else told.Add(happened);
            }
        }

        // Fetch to a temporary folder first; the old content is replaced once all is here.
        string fetched = Directory.CreateTempSubdirectory("rnnactors-fetched-").FullName;
        try
        {
            long step = await client.FetchAsync(run, fetched, cancellation).ConfigureAwait(false);
            using var store = folder.Begin(Math.Max(1, run.KeepCheckpoints), overwrite);
            foreach (string file in Directory.EnumerateFiles(fetched)) DurableFile.Copy(file, folder.File(Path.GetFileName(file)));
            var losses = new LossHistory();
            foreach (var epoch in history.Values.Where(epoch => epoch.Progress.Step <= step).OrderBy(epoch => epoch.Progress.Epoch)) losses.Add(epoch);
            losses.Write(folder.LossesPath);
            using var ledger = new LedgerWriter(folder.LedgerPath, null, 0, null);
            foreach (var happened in told.Where(happened => StepOf(happened) is not { } of || of <= step)) ledger.Add(happened);
            return step;
        }
        finally
        {
            Directory.Delete(fetched, recursive: true);
        }
    }

    /// <summary>The step of an event; null where it has none.</summary>
    private static long? StepOf(TrainingEvent happened) => happened switch
    {
        StepDone done => done.Progress.Step,
        ParametersHashed hashed => hashed.Step,
        CheckpointSaved saved => saved.Step,
        _ => null,
    };
}
