using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>The time of each row, in the order of the file, which may not be chronological.</summary>
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

    /// <summary>The name of the column; of two joined columns, both names with a space between them.</summary>
    public string Name { get; }

    /// <summary>The dates as written, in local time if they have an offset.</summary>
    public IReadOnlyList<DateTime> Local { get; }

    /// <summary>The offset of each row's local time from UTC; null if the file has none.</summary>
    public IReadOnlyList<TimeSpan>? Offsets { get; }

    /// <summary>Whether the column was detected rather than named by the user.</summary>
    public bool IsGuess { get; internal init; }

    /// <summary>Formats a date as the file does.</summary>
    /// <param name="offset">Only used if the file writes offsets; null then means UTC.</param>
    public string Format(DateTime local, TimeSpan? offset) => _layout.Format(local, offset);

    public SourceLocation At(int row) => _at(row);

    /// <summary>The date of a row in UTC; as written if its offset is not known.</summary>
    internal DateTime Instant(int row)
    {
        if (Offsets is null) return Local[row];
        long ticks = Local[row].Ticks - Offsets[row].Ticks;
        return new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
    }

    internal string FieldAt(int row) => _fieldAt(row);
}
