using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>The time of each row, in the order of the file, which need not be the order of time.</summary>
public sealed partial class TableTimes
{
    private readonly DateLayout _layout;
    private readonly Func<int, SourceLocation> _at;
    private readonly Func<int, string> _fieldAt;

    internal TableTimes(string name, DateLayout layout, IReadOnlyList<DateTime> local, IReadOnlyList<TimeSpan>? offsets = null)
        : this(name, layout, local, offsets, _ => new(name), null) { }

    internal TableTimes(
        string name,
        DateLayout layout,
        IReadOnlyList<DateTime> local,
        IReadOnlyList<TimeSpan>? offsets,
        Func<int, SourceLocation> at,
        Func<int, string>? fieldAt)
    {
        (Name, Local, Offsets, _layout, _at) = (name, local, offsets, layout, at);
        _fieldAt = fieldAt ?? (row => Format(local[row], offsets?[row]));
    }

    /// <summary>The name of the column, or of two that are joined with a space between.</summary>
    public string Name { get; }

    /// <summary>The dates as they are written, on the clock of their offset where there is one.</summary>
    public IReadOnlyList<DateTime> Local { get; }

    /// <summary>How far the clock of each row is before UTC; null where the file does not say.</summary>
    public IReadOnlyList<TimeSpan>? Offsets { get; }

    /// <summary>Whether nobody named the column.</summary>
    public bool IsGuess { get; internal init; }

    /// <summary>Writes a date as the file does.</summary>
    /// <param name="offset">Read only where the file writes offsets; null then means UTC.</param>
    public string Format(DateTime local, TimeSpan? offset) => _layout.Format(local, offset);

    public SourceLocation At(int row) => _at(row);

    /// <summary>The date of a row in UTC, or as it stands where no offset is known.</summary>
    internal DateTime Instant(int row)
    {
        if (Offsets is null) return Local[row];
        long ticks = Local[row].Ticks - Offsets[row].Ticks;
        return new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
    }

    internal string FieldAt(int row) => _fieldAt(row);
}
