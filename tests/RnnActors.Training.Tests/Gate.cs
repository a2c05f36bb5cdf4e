using Xunit;

namespace RnnActors.Training.Tests;

/// <summary>Something that one thread waits for and another one sets; a mistake fails instead of hanging.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _event = new();

    public void Set() => _event.Set();

    public void Wait() => Assert.True(_event.Wait(TimeSpan.FromSeconds(30)), "Nobody set it.");

    public void Dispose() => _event.Dispose();
}
