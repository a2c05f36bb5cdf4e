namespace RnnActors.Data.Tables;

/// <summary>Reads true and false, and yes and no.</summary>
internal static class BooleanField
{
    private const double Most = 0.95;

    private static readonly (string Yes, string No)[] Words = [("true", "false"), ("yes", "no")];

    /// <summary>Whether the fields are booleans but for a few.</summary>
    /// <param name="truths">What each field says; null for one that says neither.</param>
    public static bool Read(IEnumerable<string> fields, out bool?[] truths)
    {
        string[] all = [.. fields];
        foreach ((string yes, string no) in Words)
        {
            truths = [.. all.Select(field => Is(field, yes) ? true : Is(field, no) ? false : (bool?)null)];
            int known = truths.Count(truth => truth is not null);
            if (known == 0) continue;
            if (known >= Most * all.Length || Enumerable.Range(0, all.Length).All(Fits(truths, all))) return true;
        }

        truths = [];
        return false;

        static Func<int, bool> Fits(bool?[] truths, string[] all) => i => truths[i] is not null || MissingLike.Is(all[i]);
    }

    private static bool Is(string field, string word) => field.Equals(word, StringComparison.OrdinalIgnoreCase);
}
