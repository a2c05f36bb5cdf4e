using RnnActors.Training.Client;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>
/// Asks a cluster's coordinator, wherever it is, for its nodes and runs: frequently while somebody watches the page. If nobody does, the page of a run asks
/// nothing, and that of a node asks slowly, so that it is nearly up to date for the next reader.
/// </summary>
internal sealed class ClusterWatch : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>While nobody watches, only one of so many intervals is used.</summary>
    private const int Unwatched = 4;

    private readonly ClientOptions _cluster;
    private readonly PageFeed _feed;
    private readonly RunOfCluster? _run;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    /// <param name="run">The state of the cluster's runs; null for the page of a single run, which gets that elsewhere.</param>
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
                // Null if no coordinator answers: the page then keeps showing the last answer.
                var status = await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, _end.Token).ConfigureAwait(false);
                _feed.Cluster(status is null ? null : PageCluster.Of(status));
                if (status is not null && _run is not null) await _run.UpdateAsync(client, status, _end.Token).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The page is closing.
        }
        finally
        {
            if (_run is not null) await _run.DisposeAsync().ConfigureAwait(false);
            if (client is not null) await client.DisposeAsync().ConfigureAwait(false);
        }
    }
}
