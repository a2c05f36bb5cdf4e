using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Trained;
using RnnActors.Training.Client;

namespace RnnActors.Runs.Sessions;

/// <summary>
/// Trains one specification several times with a change each, such as folds or origins. Each is a run in a folder of its own. Runs that the folder already
/// holds are resumed, or only scored where they are finished.
/// </summary>
/// <param name="name">Display name of the specification.</param>
/// <param name="folder">It gets a folder for each run.</param>
internal sealed class VariedRuns(string name, RunSpecification specification, RunFolder folder)
{
    /// <summary>Threads that may be used; null for all.</summary>
    public int? Threads { get; init; }

    /// <summary>The cluster that trains them; null for this process.</summary>
    public ClientOptions? Cluster { get; init; }

    /// <summary>Trains several runs concurrently, which changes no bit.</summary>
    /// <param name="count">Number of runs.</param>
    /// <param name="atOnce">The most that train at once, at least 1.</param>
    /// <param name="run">Trains a run by its number, with <see cref="RunAsync"/>.</param>
    /// <returns>The reports in order; null where a run was cancelled. If one fails the others end too, with a checkpoint.</returns>
    public static async Task<IReadOnlyList<RunReport>?> AllAsync(
        int count, int atOnce, Func<int, CancellationToken, Task<RunReport?>> run, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var places = new SemaphoreSlim(atOnce);
        RunReport?[] all = await Task.WhenAll(Enumerable.Range(0, count).Select(InTurnAsync)).ConfigureAwait(false);
        return Array.TrueForAll(all, report => report is not null) ? [.. all.OfType<RunReport>()] : null;

        async Task<RunReport?> InTurnAsync(int number)
        {
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                // Not on the caller's thread, which has the next run to start.
                return ending.IsCancellationRequested ? null : await Task.Run(() => run(number, ending.Token), CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                await ending.CancelAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>Trains, resumes or only scores one of the runs.</summary>
    /// <param name="inside">Name of the run's folder: <c>fold-0</c>.</param>
    /// <param name="title">Display name: <c>fold 1 of 10</c>.</param>
    /// <param name="change">An override of the specification: <c>path=value</c>.</param>
    /// <param name="cancellation">Ends the training between two steps, with a checkpoint; the same call resumes it.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The data cannot be used, or the folder holds another run.</exception>
    public async Task<RunReport?> RunAsync(string inside, string title, string change, IRunView view, CancellationToken cancellation)
    {
        var own = specification.With([change]);
        var runFolder = new RunFolder(folder.File(inside));
        if (!runFolder.HoldsRun)
        {
            var overview = new RunOverview(PreparedRun.Create($"{name}, {title}", own), runFolder)
            {
                Offered = Threads ?? Environment.ProcessorCount,
                Cluster = Cluster,
            };
            return await new TrainingSession(overview, view).TrainNewAsync(cancellation: cancellation).ConfigureAwait(false);
        }

        var trained = TrainedRun.Open(runFolder.Path);
        if (RunSpecification.Differences(trained.Specification, own.WithFullPaths()).FirstOrDefault(difference => !difference.MayChange) is { } other)
        {
            throw new InvalidInputException(
                $"this folder holds another run: {other}", "Choose another folder with --out, or remove it", new SourceLocation(runFolder.Shown));
        }

        var resumed = Resumption.Prepare(trained) with { Offered = Threads ?? Environment.ProcessorCount, Cluster = Cluster };
        var session = new TrainingSession(resumed, view);
        if (!resumed.Plan.IsFinished(resumed.Start)) return await session.ResumeAsync(cancellation).ConfigureAwait(false);
        var report = session.Report(session.AlreadyFinished(trained.State, trained.Checkpoint.Path));
        view.Finished(report);
        return report;
    }
}
