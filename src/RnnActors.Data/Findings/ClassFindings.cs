using RnnActors.Data.Wording;

namespace RnnActors.Data.Findings;

/// <summary>Findings about how many rows each class has.</summary>
public static class ClassFindings
{
    /// <summary>The maximum ratio between the rows of the largest class and the smallest.</summary>
    public const int Imbalance = 20;

    /// <summary>A class with this share of the rows: a network that always predicts it seems accurate.</summary>
    public const double Majority = 0.95;

    private const int NamedAtMost = 5;

    /// <param name="names">The names of the classes.</param>
    /// <param name="train">Training rows of each class.</param>
    /// <param name="parts">The other parts by their names, with the rows of each class in them.</param>
    /// <param name="isWeighted">Whether the loss has class weights.</param>
    public static IEnumerable<Finding> Of(
        IReadOnlyList<string> names, IReadOnlyList<int> train, IReadOnlyList<(string Name, IReadOnlyList<int> Rows)> parts, bool isWeighted)
    {
        foreach ((string part, IReadOnlyList<int> rows) in parts)
        {
            string[] missing = [.. names.Where((_, i) => train[i] > 0 && rows[i] == 0)];
            if (missing.Length == 0) continue;
            yield return new Finding(
                "class_missing", FindingSeverity.Warning,
                $"{(missing.Length == 1 ? "The class" : $"{missing.Length} of {names.Count} classes:")} {Listed(missing)} "
                + $"{(missing.Length == 1 ? "has" : "have")} no row in the "
                    + $"{part} part, so nothing is known of how well {(missing.Length == 1 ? "it is" : "they are")} told",
                $"Give the {part} part rows of each class: a larger share in data.split, or another split.seed");
        }

        int total = train.Sum(), max = train.Max(), min = train.Where(count => count > 0).DefaultIfEmpty(max).Min();
        if (isWeighted || total == 0 || names.Count < 2) yield break;
        string largest = names[train.Index().MaxBy(count => count.Item).Index],
            smallest = names[train.Index().Where(count => count.Item > 0).MinBy(count => count.Item).Index];
        if (max < Majority * total && max < (long)Imbalance * min) yield break;
        yield return new Finding(
            "class_imbalance", max >= Majority * total ? FindingSeverity.Warning : FindingSeverity.Note,
            $"{largest} has {Figures.Plural(max, "training row")} ({Figures.Number(100.0 * max / total)} %) and {smallest} {Figures.Count(min)}, so that a "
            + $"network which always "
                + $"says {largest} has a good accuracy",
            "Read macro F1 beside it, and give rare classes more weight: training.loss={\"crossEntropy\":{\"classWeights\":[…]}}");
    }

    /// <summary>Counts the rows of each class.</summary>
    public static int[] Count(IEnumerable<int> labels, int classes)
    {
        int[] counts = new int[classes];
        foreach (int label in labels)
            if ((uint)label < (uint)classes) counts[label]++;
        return counts;
    }

    private static string Listed(string[] names) => string.Join(", ", names.Take(NamedAtMost)) + (names.Length > NamedAtMost ? ", …" : "");
}
