namespace RnnActors.Training.Tests;

/// <summary>A thread as it was when it did something.</summary>
internal sealed record ObservedThread(int Id, bool IsOfPool, ThreadPriority Priority)
{
    public static ObservedThread Current =>
        new(Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Priority);
}
