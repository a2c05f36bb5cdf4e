using Xunit;

namespace RnnActors.Training.Tests;

/// <summary>Something that one thread waits for and another one sets; a mistake fails instead of hanging.</summary>
internal sealed class Gate : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ManualResetEventSlim _event = new();
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set()
    {
        _event.Set();
        _set.TrySetResult();
    }

    public void Wait() => Assert.True(_event.Wait(Patience), "Nobody set it.");

    /// <summary>Holds no thread of the pool.</summary>
    public async Task WaitAsync() => await _set.Task.WaitAsync(Patience);

    public void Dispose() => _event.Dispose();
}
