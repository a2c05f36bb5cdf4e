using RnnActors.Core.Metrics;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Reports;

namespace RnnActors.Runs.Sessions;

/// <summary>
/// K-fold cross-validation: K trainings of one specification, each tested on another K-th of the examples, so that every example is tested once. Each fold is a
/// run in a folder of its own (<c>fold-0</c> …). Folds that the folder already holds are resumed, or only scored where they are finished.
/// </summary>
public sealed class CrossValidation
{
    private readonly string _name;
    private readonly RunSpecification _specification;
    private readonly RunFolder _folder;
    private readonly int _folds;

    /// <param name="folder">It gets a folder for each fold.</param>
    /// <param name="folds">K, at least 2.</param>
    /// <exception cref="InvalidInputException">K is below 2, or this kind of task cannot be split into folds.</exception>
    public CrossValidation(string name, RunSpecification specification, RunFolder folder, int folds)
    {
        if (folds < 2) throw new InvalidInputException($"cross-validation needs 2 folds at least, not {folds}", "Give for instance --folds 10");
        (_name, _specification, _folder, _folds) = (name, specification, folder, folds);
        if (specification.Task.FoldChange(specification.Data, folds, 0) is null)
        {
            throw new InvalidInputException(
                $"{specification.Task.Noun} is not cross-validated: its rows are not independent examples that can be drawn into folds", "Leave --folds out");
        }
    }

    /// <summary>Threads that may be used; null for all.</summary>
    public int? Threads { get; init; }

    /// <param name="fold">Creates the view for a fold's training.</param>
    /// <param name="cancellation">Ends the training between two steps, with a checkpoint; the same call resumes it.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The data cannot be used, or a fold's folder holds another run.</exception>
    public async Task<FoldReport?> RunAsync(Func<int, IRunView> fold, CancellationToken cancellation = default)
    {
        List<RunReport> reports = [];
        var runs = new VariedRuns(_name, _specification, _folder) { Threads = Threads };
        for (int i = 0; i < _folds; i++)
        {
            string change = _specification.Task.FoldChange(_specification.Data, _folds, i)!;
            if (await runs.RunAsync($"fold-{i}", $"fold {i + 1} of {_folds}", change, fold(i), cancellation).ConfigureAwait(false) is not { } report)
                return null;
            reports.Add(report);
        }

        return FoldReport.Of(reports);
    }
}

/// <summary>The results of all folds.</summary>
/// <param name="Folds">The folds' reports, in order.</param>
/// <param name="Mean">The mean of each metric over the folds.</param>
/// <param name="Deviation">The standard deviation of each metric over the folds, with divisor K - 1.</param>
/// <param name="Baselines">The baselines' mean metrics on the same rows.</param>
public sealed record FoldReport(IReadOnlyList<RunReport> Folds, MetricList Mean, MetricList Deviation, IReadOnlyList<NamedMetrics> Baselines)
{
    public static FoldReport Of(IReadOnlyList<RunReport> folds)
    {
        Score[] scores = [.. folds.Select(fold => fold.Score!)];
        MetricList[] own = [.. scores.Select(score => score.Metrics)];
        return new FoldReport(
            folds, MetricSummary.Each(own, MetricSummary.Mean), MetricSummary.Each(own, MetricSummary.Deviation),
            [.. scores[0].Baselines.Select((rival, i) => rival with
            {
                Name = rival.Name.Split(" (")[0],
                Metrics = MetricSummary.Each([.. scores.Select(score => score.Baselines[i].Metrics)], MetricSummary.Mean),
            })]);
    }
}
