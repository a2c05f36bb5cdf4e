namespace RnnActors.Data.Tables;

/// <summary>Reads true and false, and yes and no.</summary>
internal static class BooleanField
{
    private const double Max = 0.95;

    private static readonly (string Yes, string No)[] Words = [("true", "false"), ("yes", "no")];

    /// <summary>Whether the fields are booleans except for a few. They are read as often as needed, and not kept.</summary>
    /// <param name="truths">The value of each field; null for one that is neither.</param>
    public static bool Read(int count, Func<int, string> fieldAt, out bool?[] truths)
    {
        foreach ((string yes, string no) in Words)
        {
            int known = 0;
            bool othersAreMissing = true;
            for (int i = 0; i < count; i++)
            {
                string field = fieldAt(i);
                if (Truth(field, yes, no) is not null) known++;
                else othersAreMissing &= MissingLike.Is(field);
            }

            if (known == 0 || (known < Max * count && !othersAreMissing)) continue;
            truths = new bool?[count];
            for (int i = 0; i < count; i++) truths[i] = Truth(fieldAt(i), yes, no);
            return true;
        }

        truths = [];
        return false;
    }

    private static bool? Truth(string field, string yes, string no) => Is(field, yes) ? true : Is(field, no) ? false : null;

    private static bool Is(string field, string word) => field.Equals(word, StringComparison.OrdinalIgnoreCase);
}
