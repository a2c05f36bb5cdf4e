using RnnActors.Training.Client;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>Asks a cluster's coordinator, wherever it is by now, for its nodes and runs, while somebody looks at the page.</summary>
internal sealed class ClusterWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(3);

    private readonly ClientOptions _cluster;
    private readonly PageFeed _feed;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    public ClusterWatch(ClientOptions cluster, PageFeed feed)
    {
        (_cluster, _feed) = (cluster, feed);
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
            do
            {
                if (!_feed.IsWatched) continue;
                client ??= ClusterClient.Create(_cluster);
                // Null where no coordinator answers: the page then shows what the run's events tell.
                _feed.Cluster(await client.AskAsync<ClusterStatus>(new GetStatus(), Patience, _end.Token)
                    .ConfigureAwait(false) is { } status ? PageCluster.Of(status) : null);
            }
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The page ends.
        }
        finally
        {
            if (client is not null) await client.DisposeAsync().ConfigureAwait(false);
        }
    }
}
