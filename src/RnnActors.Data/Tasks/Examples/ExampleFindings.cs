using RnnActors.Data.Examples;
using RnnActors.Data.Findings;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Findings about the fields of split examples, before training.</summary>
internal static class ExampleFindings
{
    /// <summary>A smaller share of rows with only unknown units is normal.</summary>
    private const double UnknownShare = 0.05;

    private const int NamedAtMost = 4;

    /// <summary>Usual names of fields that group dependent rows.</summary>
    private static readonly string[] GroupNames =
        ["speaker", "speaker_id", "client_id", "user", "user_id", "author", "patient", "patient_id", "subject", "subject_id", "customer", "customer_id",
            "session"];

    /// <summary>Finds groups, such as speakers or users, with rows in both the training and the test part.</summary>
    /// <param name="groupBy">The field that keeps examples together; null for none.</param>
    public static IEnumerable<Finding> Groups(ExampleParts parts, string? groupBy)
    {
        if (parts.Train.Count == 0 || parts.Train[0].Names.FirstOrDefault(name => GroupNames.Contains(name, StringComparer.OrdinalIgnoreCase)) is not { } field
            || field == groupBy)
            yield break;
        HashSet<string> known = [.. parts.Train.Select(example => example[field])];

        // If nearly every row has a value of its own, it is not a group.
        if (known.Count * 2 > parts.Train.Count) yield break;
        foreach ((string part, IReadOnlyList<Example> rows) in new[] { ("validation", parts.Validation), ("test", parts.Test) })
        {
            string[] own = [.. rows.Where(row => row.Has(field)).Select(row => row[field]).Distinct()], shared = [.. own.Where(known.Contains)];
            if (shared.Length == 0) continue;
            yield return new Finding(
                "split_mixes_groups", FindingSeverity.Note,
                $"{Figures.Count(shared.Length)} of {Figures.Plural(own.Length, "value")} of \"{field}\" in the {part} part "
                + $"({string.Join(", ", shared.Take(NamedAtMost))}"
                    + $"{(shared.Length > NamedAtMost ? ", …" : "")}) {(shared.Length == 1 ? "is" : "are")} in the training part too: the figures are not "
                        + $"those of a new {field}",
                $"For a new {field}, set data.groupBy={field}, or a rule such as data.split.{part}=\"{field} == {shared[0]}\"");
        }
    }

    /// <summary>Finds rows without a single unit that the network knows.</summary>
    /// <param name="unknown">The number of the unknown token; null if there is none.</param>
    public static IEnumerable<Finding> Unknown(string part, IReadOnlyList<int[]> rows, int? unknown, string units)
    {
        if (unknown is not { } number || rows.Count == 0) yield break;
        int blank = rows.Count(row => Array.TrueForAll(row, token => token == number));
        if (blank == 0) yield break;
        double share = (double)blank / rows.Count;
        yield return new Finding(
            "empty_rows", share >= UnknownShare ? FindingSeverity.Warning : FindingSeverity.Note,
            $"{Figures.Count(blank)} of {Figures.Plural(rows.Count, $"{part} row")} ({Figures.Number(100 * share)} %) {(blank == 1 ? "has" : "have")} none of "
            + $"the {units} that the training part has: "
                + $"to the network {(blank == 1 ? "it is" : "they are")} empty",
            "Lower data.minCount, raise data.vocabulary, train on more rows, or leave them out");
    }
}
