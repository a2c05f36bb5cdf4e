namespace RnnActors.Training.Storage;

/// <summary>The kinds of items in a node's directory.</summary>
public enum HeldKind
{
    /// <summary>A run's record and checkpoints.</summary>
    Run,

    /// <summary>Data, by its hash.</summary>
    Data,

    /// <summary>An incomplete file that a killed process left behind.</summary>
    Remains,
}

/// <param name="Name">The run's identity, or the file's name.</param>
/// <param name="LastUsed">When it was last written, or read for a run.</param>
/// <param name="IsNeeded">Whether a run that has not ended, or that a client follows, needs it.</param>
public sealed record HeldItem(HeldKind Kind, string Name, long Bytes, DateTimeOffset LastUsed, bool IsNeeded);

/// <param name="Age">How long unneeded items are kept.</param>
/// <param name="Runs">How many finished runs are kept.</param>
/// <param name="Bytes">How many bytes are kept, needed or not.</param>
public sealed record RetentionLimits(TimeSpan Age, int Runs, long Bytes);

/// <summary>The limit for which an item is deleted.</summary>
public enum RetentionReason
{
    Age,
    Runs,
    Bytes,
}

public sealed record Deletion(HeldItem Item, RetentionReason Reason);

/// <summary>
/// Selects what is deleted from a node's directory: never what is needed, or was used within <see cref="Grace"/>. Of the rest, everything older than the limit
/// is deleted, and the least recently used where there are too many runs or bytes.
/// </summary>
public static class RetentionRule
{
    /// <summary>Items used within this time are kept: a run that is about to be submitted may need them.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>How long incomplete files are kept: a process may still be writing them.</summary>
    public static readonly TimeSpan RemainsAge = TimeSpan.FromDays(1);

    public static IReadOnlyList<Deletion> Choose(IReadOnlyCollection<HeldItem> held, RetentionLimits limits, DateTimeOffset now)
    {
        List<Deletion> deletions = [];
        List<HeldItem> kept = [];
        var free = held.Where(item => !item.IsNeeded && now - item.LastUsed >= Grace);
        foreach (var item in free.OrderBy(item => item.LastUsed).ThenBy(item => item.Name, StringComparer.Ordinal))
        {
            var age = item.Kind == HeldKind.Remains && RemainsAge < limits.Age ? RemainsAge : limits.Age;
            if (now - item.LastUsed > age) deletions.Add(new Deletion(item, RetentionReason.Age));
            else kept.Add(item);
        }

        int runs = held.Count(item => item is { Kind: HeldKind.Run, IsNeeded: false }) - deletions.Count(deletion => deletion.Item.Kind == HeldKind.Run);
        foreach (var run in kept.Where(item => item.Kind == HeldKind.Run).Take(Math.Max(0, runs - limits.Runs)).ToArray())
        {
            deletions.Add(new Deletion(run, RetentionReason.Runs));
            kept.Remove(run);
        }

        long bytes = held.Sum(item => item.Bytes) - deletions.Sum(deletion => deletion.Item.Bytes);
        foreach (var item in kept)
        {
            if (bytes <= limits.Bytes) break;
            if (item.Bytes == 0) continue;
            deletions.Add(new Deletion(item, RetentionReason.Bytes));
            bytes -= item.Bytes;
        }

        return deletions;
    }
}
