using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A file of holidays: one date a line, as 2024-12-25; text after a comma is a name for people. A first line without a date is a header.</summary>
internal static class HolidayFile
{
    /// <summary>The name of the input that is 1 on holidays.</summary>
    public const string ColumnName = "holiday";

    /// <exception cref="InvalidInputException">The file cannot be read, or a line is not a date.</exception>
    public static HashSet<DateOnly> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the file of holidays cannot be read: {problem.Message.TrimEnd('.')}", "Name one in data.holidays", new(path),
                problem);
        }

        HashSet<DateOnly> dates = [];
        for (int line = 0; line < lines.Length; line++)
        {
            string field = lines[line].Split(',', ';', '\t')[0].Trim().Trim('"');
            if (field.Length == 0) continue;
            if (DateOnly.TryParseExact(field, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)) dates.Add(date);
            else if (line > 0) throw new InvalidInputException($"'{field}' is no date", "Write holidays as 2024-12-25, one a line", new(path, line + 1, 1));
        }

        return dates.Count > 0
            ? dates
            : throw new InvalidInputException("the file of holidays has no date", "Write holidays as 2024-12-25, one a line", new(path));
    }
}
