using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>What the parts of a node need in its directory, and what it holds. Thread-safe.</summary>
internal sealed class StorageUse
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _needed = [];
    private StorageStatus? _status;

    /// <summary>What the directory held at the last pass; null before the first.</summary>
    public StorageStatus? Status
    {
        get => Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, value);
    }

    /// <summary>Whether this part of the node has declared what it needs.</summary>
    public bool IsKnown(string part)
    {
        lock (_gate) return _needed.ContainsKey(part);
    }

    /// <summary>Declares what a part of the node needs, in place of its earlier declaration.</summary>
    /// <param name="names">Ids of runs, and hashes of files.</param>
    public void Need(string part, IEnumerable<string> names)
    {
        HashSet<string> needed = [.. names];
        lock (_gate) _needed[part] = needed;
    }

    /// <summary>Withdraws the needs of a part of the node that has ended.</summary>
    public void Forget(string part)
    {
        lock (_gate) _needed.Remove(part);
    }

    public bool IsNeeded(string name)
    {
        lock (_gate) return IsNeededNow(name);
    }

    /// <summary>Takes an item away unless it is needed. Nobody can begin to need it meanwhile.</summary>
    /// <param name="take">Must be quick, as a rename is.</param>
    /// <returns>Whether it was taken.</returns>
    public bool TryTake(string name, Action take)
    {
        lock (_gate)
        {
            if (IsNeededNow(name)) return false;
            take();
            return true;
        }
    }

    private bool IsNeededNow(string name) => _needed.Values.Any(names => names.Contains(name));
}
