using RnnActors.Core.Problems;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Client;

/// <summary>Finds a run by what people call it.</summary>
public static class RunNames
{
    /// <param name="named">An id, the beginning of one, or a name.</param>
    /// <exception cref="InvalidInputException">No run matches, or several do.</exception>
    public static RunSummary Find(IReadOnlyCollection<RunSummary> runs, string named)
    {
        if (runs.FirstOrDefault(run => run.RunId == named) is { } exact) return exact;
        RunSummary[] meant = [.. runs.Where(run => run.Name == named || (named.Length > 0 && run.RunId.StartsWith(named, StringComparison.OrdinalIgnoreCase)))];
        return meant switch
        {
            [var one] => one,
            [] => throw new InvalidInputException(
                $"the cluster has no run '{named}'",
                Suggestion.Nearest(named, runs.Select(run => run.Name)) is { } near
                ? $"Did you mean {near}"
                : "See its runs with: rnnactors runs --cluster HOST:PORT"),
            _ => throw new InvalidInputException(
                $"'{named}' may be {string.Join(" or ", meant.Take(5).Select(run => $"{run.Name} ({RunIds.Short(run.RunId)}, {run.State})"))}"
                    + (meant.Length > 5 ? $", or {meant.Length - 5} more" : ""),
                "Give as much of the id as tells them apart"),
        };
    }
}
