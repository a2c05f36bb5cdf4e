namespace RnnActors.Training.Threads;

/// <summary>Work that waits for a disk or takes its time, on a thread of its own: an actor has its result piped to itself, and the shared pool never waits.</summary>
internal static class Background
{
    public static Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
