using System.Globalization;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Splits;

/// <summary>The examples of each part, in their order in the data.</summary>
/// <param name="Unused">Examples that no part uses.</param>
public sealed record ExampleSplit(int[] Train, int[] Validation, int[] Test, int Unused)
{
    private const double Tolerance = 1e-6;

    /// <summary>Divides examples. Those of a group stay together, and shares count groups.</summary>
    /// <param name="groups">The number of each example's group: 0, 1, … in order of appearance.</param>
    /// <param name="field">The value of a field of an example, for rules.</param>
    /// <param name="of">What the groups are, for messages: <c>examples</c>.</param>
    /// <exception cref="InvalidInputException">Two rules take the same example, or the parts ask for more examples than there are.</exception>
    public static ExampleSplit Resolve(ExampleSplitSpec split, IReadOnlyList<int> groups, Func<int, string, string> field, string of = "examples")
    {
        int count = groups.Count == 0 ? 0 : groups.Max() + 1;
        int?[] partOf = new int?[count];
        SplitPart?[] parts = [split.Train, split.Validation, split.Test];
        string[] names = ["train", "validation", "test"];
        for (int part = 0; part < parts.Length; part++)
            if (parts[part]?.Rule is { } rule) TakeByRule(RowRule.Parse(rule), part, names[part], groups, field, partOf);

        int[] free = [.. Enumerable.Range(0, count).Where(group => partOf[group] is null)];
        int[] order = new int[free.Length];
        Permutation.Fill(order, split.Seed, 0);
        double end = 0;
        foreach (int part in (int[])[1, 2, 0]) // validation and test do not change with the training part
        {
            if (parts[part] is not { Rule: null } wanted) continue;
            double start = end;
            end += wanted.Share > 1 ? wanted.Share : wanted.Share * free.Length;
            if (end > free.Length + Tolerance)
            {
                throw new InvalidInputException(
                    string.Create(CultureInfo.InvariantCulture,
                    $"the split wants more {of} than the {free.Length:N0} that {(free.Length == count ? "there are" : "its rules leave")}"),
                    $"Ask for fewer {of}, or give fractions that add up to 1 or less");
            }

            for (int i = Row(start); i < Row(end); i++) partOf[free[order[i]]] = part;
        }

        if (split.Train is null)
            foreach (int group in free) partOf[group] ??= 0;
        int[][] rows = [.. Enumerable.Range(0, 3).Select(part => Enumerable.Range(0, groups.Count).Where(row => partOf[groups[row]] == part).ToArray())];
        if (rows[0].Length == 0) throw new InvalidInputException($"the split leaves no {of} to train on, of {groups.Count}", "Give data.split.train more");
        for (int part = 1; part < parts.Length; part++)
        {
            if (parts[part]!.IsWanted && rows[part].Length == 0)
                throw new InvalidInputException($"data.split.{names[part]} takes none of the {groups.Count} {of}",
                    "Check the rule, give it a larger share, or leave it out");
        }

        return new ExampleSplit(rows[0], rows[1], rows[2], groups.Count - rows.Sum(part => part.Length));
    }

    private static int Row(double position) => (int)Math.Floor(position + Tolerance);

    private static void TakeByRule(RowRule rule, int part, string name, IReadOnlyList<int> groups, Func<int, string, string> field, int?[] partOf)
    {
        for (int row = 0; row < groups.Count; row++)
        {
            if (!rule.Holds(key => field(row, key))) continue;
            ref int? taken = ref partOf[groups[row]];
            if (taken is { } other && other != part)
                throw new InvalidInputException($"data.split.{name} takes an example that another part's rule takes too (\"{rule}\")",
                    "Write rules that exclude each other");
            taken = part;
        }
    }
}
