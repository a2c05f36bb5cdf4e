using RnnActors.Training.Events;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>The files that go over the channel: the run's data to the coordinator, its checkpoints back.</summary>
internal sealed partial class RunFollower
{
    private void ReceiveFromChannel()
    {
        Receive<ChannelSink.ChannelBroken>(broken => broken.Sink == _sink, broken =>
        {
            if (_isAccepted && _ended is null)
                _options.Observe(new ClusterNews($"The coordinator is lost ({broken.Reason}); the run goes on with the next one", IsConnected: false));
            (_isAccepted, _coordinator, _sink, _channel, _ended, _attempts) = (false, null, null, null, null, 0);
            _fetching.Clear();
        });
        Receive<ChannelSink.FileRequested>(wanted => wanted.Sink == _sink, wanted =>
        {
            if (_files.Holds(wanted.File)) _channel!.SendFile(wanted.File, _files.PathOf(wanted.File));
            else _channel!.RefuseFile(wanted.File);
        });
        Receive<ChannelSink.FileArrived>(arrived =>
        {
            if (_fetching.Remove(arrived.File)) CompleteWhenFetched();
        });
        Receive<ChannelSink.FileFailed>(failed =>
        {
            if (!_fetching.Remove(failed.File)) return;
            string reason = failed.Reason.TrimEnd('.');
            if (failed.File.ToString() == _ended!.Checkpoint)
            {
                _completion.TrySetException(new ClusterRefusalException(
                    $"the run is over, but its last checkpoint could not be fetched: {reason}. "
                    + "The coordinator keeps what it has: given the same run again, it goes on from there"));
                return;
            }

            _options.Observe(new ClusterNews($"The best checkpoint could not be fetched, and stays with the coordinator: {reason}"));
            _ended = _ended with { Best = null };
            CompleteWhenFetched();
        });
    }

    private void Fetch()
    {
        foreach (string? name in new[] { _ended!.Checkpoint, _ended.Best })
        {
            if (name is null || !ContentHash.TryParse(name, out var file) || _files.Holds(file) || !_fetching.Add(file)) continue;
            _sink!.Fetch(file, _channel!);
        }

        CompleteWhenFetched();
    }

    private void CompleteWhenFetched()
    {
        if (_ended is not null && _fetching.Count == 0) _completion.TrySetResult(_ended);
    }
}
