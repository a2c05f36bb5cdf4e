using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

/// <summary>What a listener says of those that it turns away.</summary>
internal sealed class Refusals
{
    private readonly Queue<RefusedConnection> _refused = [];

    public void Add(RefusedConnection refused)
    {
        lock (_refused)
        {
            _refused.Enqueue(refused);
            Monitor.PulseAll(_refused);
        }
    }

    /// <summary>Waits for the next one.</summary>
    public RefusedConnection Take()
    {
        lock (_refused)
        {
            while (_refused.Count == 0) Assert.True(Monitor.Wait(_refused, TimeSpan.FromSeconds(30)), "Nobody was refused.");
            return _refused.Dequeue();
        }
    }
}
