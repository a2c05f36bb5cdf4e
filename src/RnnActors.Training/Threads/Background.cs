namespace RnnActors.Training.Threads;

/// <summary>Runs blocking or long work on a thread of its own. An actor pipes the result to itself, and the thread pool never blocks.</summary>
internal static class Background
{
    public static Task<T> Run<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
