namespace RnnActors.Data.Tables;

/// <summary>Names that say that a column is the time.</summary>
internal static class TimeNames
{
    private static readonly HashSet<string> Words = new(
        [
            "date", "dates", "time", "times", "timestamp", "timestamps", "datetime", "ds", "dt", "ts", "datum", "zeit", "zeitstempel", "zeitpunkt",
            "uhrzeit", "epoch",
            "unix", "unixtime", "utc", "opentime", "closetime", "fecha", "hora", "data", "ora", "heure", "day", "tag", "period", "month", "monat",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a word of the name is one of time: words end at signs and before capitals.</summary>
    public static bool Is(string name)
    {
        if (Words.Contains(name)) return true;
        int start = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            bool ends = i == name.Length || !char.IsLetter(name[i]) || (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]));
            if (!ends) continue;
            if (i > start && Words.Contains(name[start..i].TrimStart('_'))) return true;
            start = i < name.Length && !char.IsLetter(name[i]) ? i + 1 : i;
        }

        return false;
    }
}
