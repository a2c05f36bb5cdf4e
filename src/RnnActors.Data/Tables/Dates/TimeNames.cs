namespace RnnActors.Data.Tables;

/// <summary>Names that mark a column as the time.</summary>
internal static class TimeNames
{
    private static readonly HashSet<string> Words = new(
        [
            "date", "dates", "time", "times", "timestamp", "timestamps", "datetime", "ds", "dt", "ts", "datum", "zeit", "zeitstempel", "zeitpunkt",
            "uhrzeit", "epoch",
            "unix", "unixtime", "utc", "opentime", "closetime", "fecha", "hora", "data", "ora", "heure", "day", "tag", "period", "month", "monat",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> DayWords = new(
        ["date", "dates", "datetime", "datum", "ds", "fecha", "day", "jour"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a word of the name denotes time. Words end at punctuation and before capitals.</summary>
    public static bool Is(string name) => Is(name, Words);

    /// <summary>Whether a word of the name denotes a day.</summary>
    public static bool IsDay(string name) => Is(name, DayWords);

    private static bool Is(string name, HashSet<string> words)
    {
        if (words.Contains(name)) return true;
        int start = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            bool ends = i == name.Length || !char.IsLetter(name[i]) || (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]));
            if (!ends) continue;
            if (i > start && words.Contains(name[start..i].TrimStart('_'))) return true;
            start = i < name.Length && !char.IsLetter(name[i]) ? i + 1 : i;
        }

        return false;
    }
}
