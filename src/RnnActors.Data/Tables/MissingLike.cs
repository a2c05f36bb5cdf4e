namespace RnnActors.Data.Tables;

/// <summary>Usual marks for missing values. They are not read as missing unless the user says so; they only help to tell values from names.</summary>
internal static class MissingLike
{
    private static readonly HashSet<string> Marks = new(
        ["-", "--", "---", "?", ".", "..", "*", "x", "NA", "N/A", "#N/A", "NaN", "null", "none", "nil", "missing", "inf", "-inf", "Infinity", "-Infinity"],
        StringComparer.OrdinalIgnoreCase);

    public static bool Is(string field) => field.Length == 0 || Marks.Contains(field);
}
