using RnnActors.Training.Remote;

namespace RnnActors.Training.Runs;

/// <summary>A replica that a candidate could not store.</summary>
internal sealed class ReplicaBackoff
{
    private readonly Backoff _wait = new();

    /// <summary>Whether it waits to be offered again.</summary>
    public bool IsWaiting { get; private set; }

    public TimeSpan Wait()
    {
        IsWaiting = true;
        return _wait.Next();
    }

    public void EndWaiting() => IsWaiting = false;
}
