using RnnActors.Training.Remote;

namespace RnnActors.Training.Runs;

/// <summary>A copy of a run that a candidate could not keep.</summary>
internal sealed class RefusedCopy
{
    private readonly Backoff _wait = new();

    /// <summary>Whether it is to be offered again after a while.</summary>
    public bool IsWaiting { get; private set; }

    public TimeSpan Wait()
    {
        IsWaiting = true;
        return _wait.Next();
    }

    public void EndWaiting() => IsWaiting = false;
}
