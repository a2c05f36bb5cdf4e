using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>What the parts of a node need of its directory, and what is held there. Thread-safe.</summary>
internal sealed class StorageUse
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _needed = [];
    private StorageStatus? _status;

    /// <summary>What is held, as of the last look; null before the first.</summary>
    public StorageStatus? Status
    {
        get => Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, value);
    }

    /// <summary>Whether this part of the node has said what it needs.</summary>
    public bool IsKnown(string part)
    {
        lock (_gate) return _needed.ContainsKey(part);
    }

    /// <summary>What a part of the node needs, in place of what it said before.</summary>
    /// <param name="names">Identities of runs, and hashes of files.</param>
    public void Need(string part, IEnumerable<string> names)
    {
        HashSet<string> needed = [.. names];
        lock (_gate) _needed[part] = needed;
    }

    /// <summary>The part of the node has ended.</summary>
    public void Forget(string part)
    {
        lock (_gate) _needed.Remove(part);
    }

    public bool IsNeeded(string name)
    {
        lock (_gate) return IsNeededNow(name);
    }

    /// <summary>Takes away what is not needed, while nothing new can be needed.</summary>
    /// <param name="take">Quick, as a renaming is.</param>
    /// <returns>Whether it was not needed.</returns>
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
