using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using Xunit;

namespace RnnActors.Data.Tests.Splits;

public class ExampleSplitTests
{
    [Fact]
    public void Each_example_is_in_one_part_and_groups_stay_together() =>
        Gen.Select(Gen.Int[20, 200], Gen.Int[1, 5], Gen.Int[0, 3], Gen.Int[0, 3], Gen.ULong).Sample((rows, perGroup, validation, test, seed) =>
        {
            int[] groups = [.. Enumerable.Range(0, rows).Select(row => row / perGroup)];
            if (groups[^1] < 9) return;
            var split = ExampleSplit.Resolve(new(null, new(validation / 10.0), new(test / 10.0)) { Seed = seed }, groups, NoFields);
            Assert.Equal(Enumerable.Range(0, rows), split.Train.Concat(split.Validation).Concat(split.Test).Order());
            Assert.Equal(0, split.Unused);
            int[][] parts = [split.Train, split.Validation, split.Test];
            foreach (int[] part in parts)
                foreach (int[] other in parts.Where(other => other != part))
                    Assert.Empty(part.Select(row => groups[row]).Intersect(other.Select(row => groups[row])));
        }, iter: 300);

    [Fact]
    public void The_draw_is_a_function_of_its_seed_and_not_of_the_order_of_labels()
    {
        int[] groups = [.. Enumerable.Range(0, 1000)];
        ExampleSplit Of(ulong seed) => ExampleSplit.Resolve(new(null, new(0), new(0.2)) { Seed = seed }, groups, NoFields);
        Assert.Equal(Of(1).Test, Of(1).Test);
        Assert.NotEqual(Of(1).Test, Of(2).Test);
        Assert.Equal(200, Of(1).Test.Length);
        Assert.InRange(Of(1).Test.Count(row => row < 500), 70, 130);
    }

    [Fact]
    public void Rules_take_theirs_first_and_fractions_are_of_the_rest()
    {
        int[] groups = [.. Enumerable.Range(0, 100)];
        var split = ExampleSplit.Resolve(new(null, new(0.1), new(0, "line % 10 == 3")), groups, (row, field) => field == "line" ? $"{row + 1}" : "");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (10 * i) + 2), split.Test);
        Assert.Equal((9, 81), (split.Validation.Length, split.Train.Length));
        var less = ExampleSplit.Resolve(new(new(0.5), new(0.1), new(0, "line % 10 == 3")), groups, (row, _) => $"{row + 1}");
        Assert.Equal(split.Validation, less.Validation);
        Assert.Equal((45, 36), (less.Train.Length, less.Unused));
    }

    [Fact]
    public void What_cannot_be_divided_so_is_refused()
    {
        int[] groups = [.. Enumerable.Range(0, 10)];
        Refused("takes an example that another part's rule takes too", new(new(0, "n > 3"), SplitPart.None, new(0, "n > 6")));
        Refused("wants more examples than the 10 that there are", new(null, SplitPart.None, new(11)));
        Refused("data.split.test takes none of the 10 examples", new(null, SplitPart.None, new(0, "n > 10")));
        Refused("leaves no examples to train on", new(null, SplitPart.None, new(0, "n < 10")));
        void Refused(string problem, ExampleSplitSpec split) => Assert.Contains(
            problem, Assert.Throws<InvalidInputException>(() => ExampleSplit.Resolve(split, groups, (row, _) => $"{row}")).Message, StringComparison.Ordinal);
    }

    private static string NoFields(int row, string field) => throw new ArgumentException(field);
}
