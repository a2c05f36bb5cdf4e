using System.Collections.Concurrent;

namespace RnnActors.Training.Remote;

/// <summary>How much memory a process's parts in several runs need at least, so that no part counts on memory that another one needs. Thread-safe.</summary>
internal sealed class MemoryBeside
{
    private readonly ConcurrentDictionary<object, long> _taken = [];

    /// <summary>The bytes of the other parts.</summary>
    public long Of(object part) => _taken.Where(taken => taken.Key != part).Sum(taken => taken.Value);

    public void Take(object part, long bytes) => _taken[part] = bytes;

    public void Return(object part) => _taken.TryRemove(part, out _);
}
