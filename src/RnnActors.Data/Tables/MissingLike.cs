namespace RnnActors.Data.Tables;

/// <summary>What people write where they have no value. Nothing of it is taken as missing unless the user says so: it only tells a gap from a name.</summary>
internal static class MissingLike
{
    private static readonly HashSet<string> Marks = new(
        ["-", "--", "---", "?", ".", "..", "*", "x", "NA", "N/A", "#N/A", "NaN", "null", "none", "nil", "missing", "inf", "-inf", "Infinity", "-Infinity"],
        StringComparer.OrdinalIgnoreCase);

    public static bool Is(string field) => field.Length == 0 || Marks.Contains(field);
}
