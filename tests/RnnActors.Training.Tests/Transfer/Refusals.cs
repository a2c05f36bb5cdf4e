using Xunit;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>What a listener says of those that it turns away.</summary>
internal sealed class Refusals
{
    private readonly Queue<string> _reasons = [];

    public void Add(string reason)
    {
        lock (_reasons)
        {
            _reasons.Enqueue(reason);
            Monitor.PulseAll(_reasons);
        }
    }

    /// <summary>Waits for the next one.</summary>
    public string Take()
    {
        lock (_reasons)
        {
            while (_reasons.Count == 0) Assert.True(Monitor.Wait(_reasons, TimeSpan.FromSeconds(30)), "Nobody was refused.");
            return _reasons.Dequeue();
        }
    }
}
