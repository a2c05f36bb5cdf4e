using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Holds the dates of a table to an increasing order.</summary>
internal static class TimeOrder
{
    /// <summary>The times where they increase; null where they do not and nobody named their column.</summary>
    /// <exception cref="InvalidInputException">The column that was named is not in order.</exception>
    public static TableTimes? Checked(TableTimes times)
    {
        for (int row = 1; row < times.Local.Count; row++)
        {
            if (times.Instant(row) > times.Instant(row - 1)) continue;
            if (times.IsGuess) return null;
            throw new InvalidInputException(
                $"The date '{times.FieldAt(row)}' is not after that of the row before",
                "Sort the rows by date, keep one row a date, and one series a file",
                times.At(row));
        }

        return times;
    }
}
