using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Collects the dates of a table, which must increase from row to row.</summary>
/// <param name="name">The column's name.</param>
/// <param name="index">Where it is in a record.</param>
/// <param name="isGuess">
/// Whether nobody named it: a field that is no date, or out of order, then only means that the column is not one of dates (<see cref="Times"/> is null).
/// </param>
internal sealed class TimeColumn(string name, int index, bool isGuess, DateField date)
{
    private readonly List<DateTime> _times = [];
    private bool _isWrong;

    public int Index => index;

    public string Name => name;

    public IReadOnlyList<DateTime>? Times => _isWrong ? null : _times;

    public void Add(ReadOnlySpan<char> text, int offset, SourceText source)
    {
        if (_isWrong) return;
        InvalidInputException? problem = null;
        if (!date.TryParse(text, out DateTime time))
        {
            problem = new(
                $"'{text}' in the column of dates '{name}' is not a date with its year",
                "Write dates as 2024-12-31 or 2024-12-31 23:59:59, or set data.culture to read them as a culture writes them",
                source.At(offset));
        }
        else if (_times.Count > 0 && time <= _times[^1])
        {
            problem = new(
                $"The date '{text}' is not after that of the row before",
                "Sort the rows by date, keep one row a date, and one series a file",
                source.At(offset));
        }

        if (problem is not null && !isGuess) throw problem;
        _isWrong = problem is not null;
        _times.Add(time);
    }
}
