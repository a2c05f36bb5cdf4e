using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>The result of predicting a run's test rows again and comparing with the file in its folder.</summary>
/// <param name="Rows">Number of rows in the file.</param>
/// <param name="FirstLine">The first line of the file that differs; null where all agree.</param>
public sealed record PredictionCheck(string Path, int Rows, int? FirstLine)
{
    public bool Agrees => FirstLine is null;

    /// <returns>Null where the folder has no such file, or none for these parameters.</returns>
    internal static PredictionCheck? Of(TrainedRun run, PreparedTask task)
    {
        string path = run.Folder.PredictionsPath;
        if (!File.Exists(path) || StoryFile.Read(run.Folder.StoryPath)?.Result?.ParameterHash != run.HashOf()) return null;
        string[] before;
        try
        {
            before = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the predictions cannot be read: {e.Message.TrimEnd('.')}", null, new SourceLocation(path), e);
        }

        if (run.Measure(task, null).Predictions?.Invoke().ToCsv() is not { } lines) return null;
        string[] again = [.. string.Join('\n', lines).Split('\n')];
        int same = before.AsSpan().CommonPrefixLength(again);
        return new PredictionCheck(path, Math.Max(0, before.Length - 1), same == before.Length && same == again.Length ? null : same + 1);
    }
}
