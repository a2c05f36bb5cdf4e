namespace RnnActors.Core.Metrics;

/// <summary>How one unit (a word or a character) of reference or hypothesis is aligned.</summary>
public enum Edit
{
    Equal,
    Substituted,
    Deleted,
    Inserted,
}

/// <summary>One position of an alignment.</summary>
/// <param name="Reference">Null where a unit was inserted.</param>
/// <param name="Hypothesis">Null where a unit was deleted.</param>
public readonly record struct AlignedUnit(Edit Edit, string? Reference, string? Hypothesis);

/// <summary>The alignment of two sequences with the fewest insertions, deletions and substitutions. Levenshtein 1966.</summary>
public static class EditAlignment
{
    /// <summary>The smallest number of edits (Levenshtein distance).</summary>
    public static int Distance(IReadOnlyList<string> reference, IReadOnlyList<string> hypothesis) =>
        Table(reference, hypothesis)[reference.Count, hypothesis.Count];

    /// <summary>The positions of the best alignment, in order. Ties are broken from the end backwards: a substitution before a deletion, a deletion before an
    /// insertion.</summary>
    public static IReadOnlyList<AlignedUnit> Of(IReadOnlyList<string> reference, IReadOnlyList<string> hypothesis)
    {
        int[,] table = Table(reference, hypothesis);
        List<AlignedUnit> units = [];
        for ((int i, int j) = (reference.Count, hypothesis.Count); i > 0 || j > 0;)
        {
            if (i > 0 && j > 0 && table[i, j] == table[i - 1, j - 1] + (reference[i - 1] == hypothesis[j - 1] ? 0 : 1))
            {
                units.Add(new(reference[i - 1] == hypothesis[j - 1] ? Edit.Equal : Edit.Substituted, reference[--i], hypothesis[--j]));
            }
            else if (i > 0 && table[i, j] == table[i - 1, j] + 1)
            {
                units.Add(new(Edit.Deleted, reference[--i], null));
            }
            else
            {
                units.Add(new(Edit.Inserted, null, hypothesis[--j]));
            }
        }

        units.Reverse();
        return units;
    }

    private static int[,] Table(IReadOnlyList<string> reference, IReadOnlyList<string> hypothesis)
    {
        int[,] table = new int[reference.Count + 1, hypothesis.Count + 1];
        for (int i = 0; i <= reference.Count; i++) table[i, 0] = i;
        for (int j = 0; j <= hypothesis.Count; j++) table[0, j] = j;
        for (int i = 1; i <= reference.Count; i++)
        {
            for (int j = 1; j <= hypothesis.Count; j++)
            {
                int substituted = table[i - 1, j - 1] + (reference[i - 1] == hypothesis[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(substituted, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
            }
        }

        return table;
    }
}
