using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>A tensor that came out otherwise.</summary>
/// <param name="Values">How many it has.</param>
/// <param name="Different">How many of them have other bits.</param>
/// <param name="Largest">The largest difference.</param>
public sealed record TensorDifference(string Name, long Values, long Different, double Largest);

/// <summary>Steps of a run that were computed again, and whether they come to the bits that its checkpoint has.</summary>
/// <param name="From">The step that they began after; 0 for the run's beginning.</param>
/// <param name="To">The step of the checkpoint.</param>
/// <param name="Expected">The hash of the checkpoint's parameters.</param>
/// <param name="Found">That of those that were computed.</param>
/// <param name="Differences">Parameters and moments that differ; none where every bit agrees.</param>
public sealed record Verification(long From, long To, string Expected, string Found, IReadOnlyList<TensorDifference> Differences)
{
    public bool Agrees => Differences.Count == 0;

    /// <summary>Trains from an earlier checkpoint, or from the beginning, to a checkpoint's step, in a folder of its own, and compares.</summary>
    /// <param name="path">The run's folder, for its newest checkpoint, or a checkpoint.</param>
    /// <param name="fromBeginning">False: from the checkpoint before it where there is one.</param>
    /// <param name="workers">Threads; null for all. They change no bit.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">There is no checkpoint, or the data are gone or have changed.</exception>
    public static async Task<Verification?> OfAsync(
        string path, bool fromBeginning = false, int? workers = null, IRunView? view = null, CancellationToken cancellation = default)
    {
        TrainedRun run = TrainedRun.Open(path);
        long to = run.Checkpoint.Step;
        TrainedRun? before = fromBeginning ? null : Before(run);
        var task = run.LoadTask(run.Specification, "Put them back: without them no step can be computed again");
        PreparedRun prepared = PreparedRun.Create(Path.GetFileName(run.Folder.Path), run.Specification, task, Math.Max(1, to), before?.State);
        long from = prepared.Start.Step;
        string temporary = Directory.CreateTempSubdirectory("rnnactors-verify-").FullName;
        try
        {
            var again = new RunOverview(prepared, new RunFolder(temporary)) { Offered = workers ?? Environment.ProcessorCount };
            using var store = new CheckpointStore(temporary, 1);
            if (to == 0) return new(0, 0, run.HashOf(ParameterChoice.Last), run.HashOf(ParameterChoice.Last), []);
            if (await new TrainingSession(again, view).TrainAsync(store, cancellation)
                .ConfigureAwait(false) is not { } outcome || outcome.State.Progress.Step != to) return null;
            return new(
                from, to, run.HashOf(ParameterChoice.Last), TrainingCheckpoint.Hash(run.Model.Layout, outcome.State.Parameters),
                Compare(run, outcome.State));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>The newest earlier checkpoint of the same run that is whole; null for none.</summary>
    private static TrainedRun? Before(TrainedRun run)
    {
        CheckpointFolder folder = run.Folder.Checkpoints;
        foreach (long step in folder.Steps().Where(step => step < run.Checkpoint.Step))
        {
            try
            {
                TrainedRun before = TrainedRun.Open(folder.PathOf(step));
                if (before.Identity.DataHash == run.Identity.DataHash) return before;
            }
            catch (InvalidInputException)
            {
                // a damaged one: an older one does as well
            }
        }

        return null;
    }

    private static List<TensorDifference> Compare(TrainedRun run, TrainingState found)
    {
        NamedTensor[] expected = [.. TrainingCheckpoint.Tensors(run.Model, run.Specification.Training, run.State)];
        Dictionary<string, NamedTensor> others = TrainingCheckpoint.Tensors(run.Model, run.Specification.Training, found).ToDictionary(tensor => tensor.Name);
        List<TensorDifference> differences = [];
        foreach (NamedTensor tensor in expected.Where(tensor => !tensor.Name.StartsWith(TrainingCheckpoint.BestPrefix, StringComparison.Ordinal)))
        {
            ReadOnlySpan<float> was = tensor.Values<float>(), now = others[tensor.Name].Values<float>();
            int different = 0;
            double largest = 0;
            for (int i = 0; i < was.Length; i++)
            {
                if (BitConverter.SingleToInt32Bits(was[i]) == BitConverter.SingleToInt32Bits(now[i])) continue;
                different++;
                largest = Math.Max(largest, Math.Abs((double)was[i] - now[i]));
            }

            if (different > 0) differences.Add(new(tensor.Name, was.Length, different, largest));
        }

        return differences;
    }
}
