using System.Runtime.CompilerServices;
using Akka.Actor;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Client;

/// <summary>Runs and nodes, as people command them.</summary>
public sealed partial class ClusterClient
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250), FailoverPatience = TimeSpan.FromMinutes(1);

    /// <summary>The time limit of an answer.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The name under which this client asks: user and machine.</summary>
    public static string Me { get; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>The cluster as its coordinator sees it: nodes, and runs that are over before those that train and wait, in the order of the queue.</summary>
    /// <exception cref="InvalidInputException">No coordinator answers.</exception>
    public async Task<ClusterStatus> StatusAsync(CancellationToken cancellation = default) =>
        await AskOrFailAsync<ClusterStatus>(new GetStatus(), Patience, cancellation)
        .ConfigureAwait(false);

    /// <summary>Finds a run by its id, the beginning of its id, or its name.</summary>
    /// <exception cref="InvalidInputException">There is none, or several match; or no coordinator answers.</exception>
    public async Task<RunSummary> FindRunAsync(string named, CancellationToken cancellation = default) =>
        RunNames.Find((await StatusAsync(cancellation).ConfigureAwait(false)).Runs, named);

    /// <summary>Follows a run to its end.</summary>
    /// <param name="observe">Told of every event from now on, in order, by one thread at a time. It must be quick.</param>
    /// <param name="cancellation">Ends the following alone.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the run goes on.</exception>
    /// <exception cref="InvalidInputException">The cluster does not have it any more, or cannot be reached.</exception>
    public async Task<RunEnded> AttachAsync(RunSummary run, Action<TrainingEvent> observe, CancellationToken cancellation = default)
    {
        using var temporary = ClientFolder.Create();
        var completion = new TaskCompletionSource<RunEnded>(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = new FollowerSettings(run.RunId, new FollowRun(run.RunId), _options) { Observe = observe };
        var follower = System.ActorOf(RunFollower.Props(settings, new FileCache(temporary.Path), _options.Tls?.Load(), Receptionist, HostTowards, completion));
        try
        {
            await using var registration = cancellation.Register(() => follower.Tell(RunFollower.Stop.Instance)).ConfigureAwait(false);
            await Task.WhenAny(completion.Task, Refusal).ConfigureAwait(false);
            if (!completion.Task.IsCompleted && Refusal.IsFaulted) await Refusal.ConfigureAwait(false);
            return await completion.Task.ConfigureAwait(false);
        }
        catch (ClusterRefusalException e)
        {
            throw new InvalidInputException(e.Message.TrimEnd('.'), "Look at the cluster with: rnnactors runs --cluster HOST:PORT", cause: e);
        }
        finally
        {
            System.Stop(follower);
        }
    }

    /// <summary>Ends a run between two steps, with a checkpoint, or takes it out of the queue. The same run submitted again goes on from there.</summary>
    /// <param name="by">The name that its followers see; null for <see cref="Me"/>.</param>
    /// <returns>The run when it is over, which it may have been before.</returns>
    /// <exception cref="InvalidInputException">The cluster does not have it any more, or cannot be reached.</exception>
    public async Task<RunSummary> CancelAsync(RunSummary run, string? by = null, CancellationToken cancellation = default)
    {
        if (!RunSummary.IsOpen(run.State)) return run;
        while (true)
        {
            // Sent again after a while: a coordinator that takes over does not know of the order.
            await OrderAsync(new CancelRun(run.RunId, run.Number, by ?? Me), run.Name, cancellation).ConfigureAwait(false);
            for (int looks = 0; looks < 20; looks++)
            {
                var status = await AskOrFailAsync<ClusterStatus>(new GetStatus(), FailoverPatience, cancellation).ConfigureAwait(false);
                var now = status.Runs.FirstOrDefault(other => other.RunId == run.RunId);
                if (now is not null && (now.Number != run.Number || !RunSummary.IsOpen(now.State))) return now;
                await Task.Delay(PollInterval, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Deletes a run that is over, with its checkpoints and all their copies in the cluster.</summary>
    /// <exception cref="InvalidInputException">It trains or waits, the cluster does not have it any more, or cannot be reached.</exception>
    public Task DeleteAsync(RunSummary run, CancellationToken cancellation = default) =>
        OrderAsync(new DeleteRun(run.RunId, run.Number), run.Name, cancellation);

    /// <summary>
    /// Changes a run's priority. Higher priorities train first, equal ones in the order of their submission. A run of higher priority interrupts one that
    /// trains, unless the nodes forbid that (<see cref="Hosting.NodeOptions.Preempt"/>).
    /// </summary>
    /// <exception cref="InvalidInputException">It is over, the cluster does not have it any more, or cannot be reached.</exception>
    public Task SetPriorityAsync(RunSummary run, int priority, CancellationToken cancellation = default) =>
        OrderAsync(new SetPriority(run.RunId, run.Number, priority), run.Name, cancellation);

    /// <summary>Drains a node: it hands over its work and takes no more, but stays a member. This lasts until it is undone or the node restarts.</summary>
    /// <param name="node">Its name: host and port.</param>
    /// <param name="isDrained">False to let it take work again.</param>
    /// <returns>Completes when the node has handed over.</returns>
    /// <exception cref="InvalidInputException">There is no such node, or the cluster cannot be reached.</exception>
    public async Task DrainAsync(string node, bool isDrained = true, CancellationToken cancellation = default)
    {
        long began = Environment.TickCount64;
        while (true)
        {
            var answer = await AskOrFailAsync<ControlAnswer>(new DrainNode(node, isDrained), Patience, cancellation).ConfigureAwait(false);
            for (int looks = 0; looks < 20; looks++)
            {
                var status = await AskOrFailAsync<ClusterStatus>(new GetStatus(), FailoverPatience, cancellation).ConfigureAwait(false);
                if (status.Nodes.FirstOrDefault(other => other.Node.Name == node) is { } now && now.Node.IsDrained == isDrained) return;
                if (answer.Problem is { } problem)
                {
                    // A member registers a moment after it has joined, and again when it is drained.
                    bool isMember = status.Members.Any(member => member.Address == node);
                    if (!isMember || Environment.TickCount64 - began > FailoverPatience.TotalMilliseconds)
                        throw new InvalidInputException($"{node}: {problem}");
                }

                await Task.Delay(PollInterval, cancellation).ConfigureAwait(false);
                if (answer.Problem is not null) break;
            }
        }
    }

    /// <summary>The log of a run, in order.</summary>
    /// <param name="follows">Whether to go on with new lines until the run is over.</param>
    /// <exception cref="InvalidInputException">The cluster does not have it any more, or cannot be reached.</exception>
    public async IAsyncEnumerable<RunLogLine> ReadLogAsync(
        RunSummary run, bool follows = false, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        bool isOver = !follows || !RunSummary.IsOpen(run.State);
        long offset = 0;
        while (true)
        {
            var part = await AskOrFailAsync<RunLogPart>(new GetRunLog(run.RunId, offset), FailoverPatience, cancellation).ConfigureAwait(false);
            foreach (var line in part.Lines) yield return line;
            offset = part.Next;
            if (!part.IsEnd) continue;
            if (isOver) yield break;
            await Task.Delay(PollInterval, cancellation).ConfigureAwait(false);
            var status = await AskOrFailAsync<ClusterStatus>(new GetStatus(), FailoverPatience, cancellation).ConfigureAwait(false);
            isOver = status.Runs.FirstOrDefault(other => other.RunId == run.RunId) is not { } now || !RunSummary.IsOpen(now.State);
        }
    }

    /// <summary>Fetches a run's newest and best checkpoints, while it trains or afterwards.</summary>
    /// <param name="folder">Made where it does not exist.</param>
    /// <returns>The step of the newest one.</returns>
    /// <exception cref="InvalidInputException">There is no checkpoint yet, it cannot be fetched, or the cluster cannot be reached.</exception>
    public async Task<long> FetchAsync(RunSummary run, string folder, CancellationToken cancellation = default)
    {
        using var temporary = ClientFolder.Create();
        for (int attempt = 1; ; attempt++)
        {
            var now = await FindRunAsync(run.RunId, cancellation).ConfigureAwait(false);
            if (now.Checkpoint is null)
                throw new InvalidInputException($"{now.Name} ({RunIds.Short(now.RunId)}) has no checkpoint yet",
                    "Wait for its first one: rnnactors attach shows when it is saved");
            var completion = new TaskCompletionSource<FetchedRun>(TaskCreationOptions.RunContinuationsAsynchronously);
            var fetcher = System.ActorOf(RunFetcher.Props(now, _options, new FileCache(temporary.Path), _options.Tls?.Load(), Receptionist, completion));
            try
            {
                await using var registration = cancellation.Register(() => completion.TrySetCanceled(cancellation)).ConfigureAwait(false);
                return (await completion.Task.ConfigureAwait(false)).Store(folder);
            }
            catch (ClusterRefusalException) when (attempt < 3 && RunSummary.IsOpen(now.State))
            {
                // The run has gone on meanwhile, and has removed this checkpoint.
            }
            catch (ClusterRefusalException e)
            {
                throw new InvalidInputException(e.Message.TrimEnd('.'), "Look at the cluster with: rnnactors runs --cluster HOST:PORT", cause: e);
            }
            finally
            {
                System.Stop(fetcher);
            }
        }
    }

    private async Task OrderAsync(IWireMessage order, string subject, CancellationToken cancellation)
    {
        var answer = await AskOrFailAsync<ControlAnswer>(order, Patience, cancellation).ConfigureAwait(false);
        if (answer.Problem is { } problem) throw new InvalidInputException($"{subject}: {problem.TrimEnd('.')}");
    }

    private async Task<TAnswer> AskOrFailAsync<TAnswer>(IWireMessage question, TimeSpan patience, CancellationToken cancellation)
        where TAnswer : class, IWireMessage =>
        await AskAsync<TAnswer>(question, patience, cancellation).ConfigureAwait(false) ?? throw new InvalidInputException(
            $"no coordinator answered within {patience.TotalSeconds:0} s by {string.Join(", ", _options.Contacts)}",
            await RemedyAsync(cancellation).ConfigureAwait(false));
}
