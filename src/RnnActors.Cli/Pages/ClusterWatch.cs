using RnnActors.Training.Client;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>
/// Asks a cluster's coordinator, wherever it is by now, for its nodes and runs: often while somebody looks at the page. For the page of a run, nobody asks
/// while nobody looks; that of a node goes on slowly, so that it is not far behind when somebody comes.
/// </summary>
internal sealed class ClusterWatch : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Of the times that it could ask, how many it lets pass while nobody looks.</summary>
    private const int Unwatched = 4;

    private readonly ClientOptions _cluster;
    private readonly PageFeed _feed;
    private readonly RunOfCluster? _run;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    /// <param name="run">What is kept of the cluster's runs; null for the page of one run, which is told of it otherwise.</param>
    public ClusterWatch(ClientOptions cluster, PageFeed feed, RunOfCluster? run = null)
    {
        (_cluster, _feed, _run) = (cluster, feed, run);
        _watching = Task.Run(WatchAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task WatchAsync()
    {
        ClusterClient? client = null;
        try
        {
            using var timer = new PeriodicTimer(Interval);
            int passed = Unwatched;
            do
            {
                if (!_feed.IsWatched && (_run is null || ++passed <= Unwatched)) continue;
                passed = 0;
                client ??= ClusterClient.Create(_cluster);
                // Null where no coordinator answers: the page then shows what was heard last.
                var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, _end.Token).ConfigureAwait(false);
                _feed.Cluster(status is null ? null : PageCluster.Of(status));
                if (status is not null && _run is not null) await _run.UpdateAsync(client, status, _end.Token).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The page ends.
        }
        finally
        {
            if (_run is not null) await _run.DisposeAsync().ConfigureAwait(false);
            if (client is not null) await client.DisposeAsync().ConfigureAwait(false);
        }
    }
}
