using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Losses;

namespace RnnActors.Runs.Folders;

/// <summary>The folder of a run: its checkpoints, losses, story and report.</summary>
public sealed class RunFolder(string path)
{
    /// <summary>File name of <see cref="PredictionsPath"/>.</summary>
    public const string PredictionsName = "test-predictions.csv";

    private const string AllRuns = "runs";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The path as it is displayed.</summary>
    public string Shown => ShownPath.Of(Path);

    public CheckpointFolder Checkpoints => new(Path);

    public bool HoldsRun => Checkpoints.Steps().Count > 0 || System.IO.File.Exists(Checkpoints.BestPath);

    /// <summary>The ledger, which records what each step did.</summary>
    public string LedgerPath => File(Ledgers.Ledger.FileName);

    /// <summary>The predictions of all test rows beside the actual values, written by a finished run.</summary>
    public string PredictionsPath => File(PredictionsName);

    public string LossesPath => File(LossHistory.FileName);

    /// <summary>The run's story as JSON (<c>StoryFile</c>): what happened, and the results.</summary>
    public string StoryPath => File("story.json");

    /// <summary>The story as an HTML report.</summary>
    public string ReportPath => File("report.html");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The first folder of that name that holds no run yet: <c>runs/NAME</c>, <c>runs/NAME-2</c>, …</summary>
    public static RunFolder NewFor(string name)
    {
        var folder = new RunFolder(System.IO.Path.Combine(AllRuns, name));
        for (int number = 2; folder.HoldsRun; number++) folder = new RunFolder(System.IO.Path.Combine(AllRuns, $"{name}-{number}"));
        return folder;
    }

    /// <summary>Claims the folder for a new run, until the result is disposed.</summary>
    /// <param name="keep">How many checkpoints are kept beside the best.</param>
    /// <param name="overwrite">Whether to remove a run that the folder holds.</param>
    /// <exception cref="InvalidInputException">It already holds a run, another process uses it, or it cannot be written to.</exception>
    public CheckpointStore Begin(int keep, bool overwrite = false)
    {
        if (!overwrite) RefuseIfItHoldsRun();
        var store = new CheckpointStore(Path, keep);
        try
        {
            if (overwrite) RemoveRun(store);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Throws if the folder holds a run, so that two runs are never mixed.</summary>
    /// <exception cref="InvalidInputException">It already holds one.</exception>
    public void RefuseIfItHoldsRun()
    {
        if (HoldsRun)
            throw new InvalidInputException("this folder already holds a run",
                "Go on with it: resume; replace it: --overwrite; or choose another folder with --out", new SourceLocation(Shown));
    }

    private void RemoveRun(CheckpointStore store)
    {
        try
        {
            string[] files = [LossesPath, StoryPath, ReportPath, LedgerPath, PredictionsPath, File(DataFingerprints.FileName), File(CalibrationFile.FileName)];
            foreach (string path in files) System.IO.File.Delete(path);
            store.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"the run in it cannot be removed: {e.Message.TrimEnd('.')}", "Choose another folder with --out", new SourceLocation(Shown), e);
        }
    }
}
