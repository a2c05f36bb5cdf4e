using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Trained;
using RnnActors.Training.Client;

namespace RnnActors.Runs.Sessions;

/// <summary>
/// Backtests with a rolling origin. At each of K origins, the last one at the end of the data, the rows after the origin are hidden. The network is trained
/// anew at each origin, in a folder of its own (<c>origin-1</c> …), or once, at the first. Each training is a run of its own, also for a cluster.
/// </summary>
public sealed class Backtest
{
    private readonly string _name;
    private readonly RunSpecification _specification;
    private readonly RunFolder _folder;
    private readonly int _origins;
    private readonly int _every;

    /// <param name="folder">It gets a folder for each origin.</param>
    /// <param name="origins">K, at least 1.</param>
    /// <param name="every">Rows from one origin to the next, at least 1.</param>
    /// <exception cref="InvalidInputException">A number is too small, or this kind of task has no rows in order of time.</exception>
    public Backtest(string name, RunSpecification specification, RunFolder folder, int origins, int every)
    {
        if (origins < 1) throw new InvalidInputException($"a backtest needs an origin at least, not {origins}", "Give for instance --origins 12");
        if (every < 1) throw new InvalidInputException($"origins cannot be {every} rows apart", "Give for instance --every 7");
        (_name, _specification, _folder, _origins, _every) = (name, specification, folder, origins, every);
        if (specification.Task.OriginChange(specification.Data, 0) is null)
            throw new InvalidInputException($"{specification.Task.Noun} is not backtested: its rows are in no order of time", "Use train, or train --folds 10");
    }

    /// <summary>Threads that may be used; null for all.</summary>
    public int? Threads { get; init; }

    /// <summary>The cluster that trains; null for this process.</summary>
    public ClientOptions? Cluster { get; init; }

    /// <summary>Whether each origin trains a network of its own.</summary>
    public bool Retrain { get; init; } = true;

    /// <summary>How many origins train concurrently, sharing the threads; on a cluster, how many are in its queue. It changes no bit.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>Which panels of the forecasts pictures show.</summary>
    public PanelChoice Shown { get; init; } = PanelChoice.Any;

    /// <param name="origin">Creates the view for an origin's training. With <see cref="AtOnce"/> above 1, several views are called concurrently.</param>
    /// <param name="cancellation">Ends the trainings between two steps, with a checkpoint; the same call resumes them.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The data cannot be used, or an origin's folder holds another run.</exception>
    public async Task<BacktestReport?> RunAsync(Func<int, IRunView> origin, CancellationToken cancellation = default)
    {
        if (!Shown.IsAny) PreparedRun.LoadTask(_specification).Check(Shown);
        int trainings = Retrain ? _origins : 1, atOnce = Math.Clamp(AtOnce, 1, trainings);
        var runs = new VariedRuns(_name, _specification, _folder)
        {
            Threads = Math.Max(1, (Threads ?? Environment.ProcessorCount) / atOnce),
            Cluster = Cluster,
        };
        if (await VariedRuns.AllAsync(trainings, atOnce, (i, ending) => runs.RunAsync(
            $"origin-{i + 1}", $"origin {i + 1} of {_origins}", ChangeOf(i), origin(i), ending), cancellation).ConfigureAwait(false) is not { } trained)
            return null;
        List<OriginReport> reports = [];
        for (int i = 0; i < _origins; i++)
        {
            if (i < trained.Count)
            {
                PreparedTask task = PreparedRun.LoadTask(_specification.With([ChangeOf(i)]));
                reports.Add(new(task.SeenUntil ?? "", task.DataHash, trained[i].ParameterHash, trained[i].Score!.Showing(Shown)));
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            var first = TrainedRun.Open(_folder.File("origin-1"));
            PreparedTask seen = first.LoadTask(first.Specification, "Put them back").AtOrigin(LaterOf(i))!;
            reports.Add(new(seen.SeenUntil ?? "", seen.DataHash, first.HashOf(), first.Measure(seen, Threads).Showing(Shown)));
        }

        return new(reports);
    }

    private string ChangeOf(int origin) => _specification.Task.OriginChange(_specification.Data, LaterOf(origin))!;

    /// <summary>Number of rows after those that are forecast at an origin.</summary>
    private int LaterOf(int origin) => (_origins - 1 - origin) * _every;
}
