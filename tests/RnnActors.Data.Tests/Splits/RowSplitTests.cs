using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using Xunit;

namespace RnnActors.Data.Tests.Splits;

public class RowSplitTests
{
    [Theory]
    [InlineData(0.7, 0.1, 0.2, 10, 7, 8, 10)]
    [InlineData(0.8, 0, 0.2, 2820, 2256, 2256, 2820)]
    [InlineData(0.67, 0, 0.33, 144, 96, 96, 144)]
    [InlineData(8640, 2880, 2880, 17420, 8640, 11520, 14400)]
    [InlineData(0.5, 10, 0.25, 100, 50, 60, 85)]
    [InlineData(1, 0, 0, 5, 5, 5, 5)]
    [InlineData(3, 1, 1, 5, 3, 4, 5)]
    public void Parts_follow_each_other(double train, double validation, double test, int rows, int first, int second, int third)
    {
        RowSplit split = RowSplit.Resolve(new(train, validation, test), rows);
        Assert.Equal(new RowRange(0, first), split.Train);
        Assert.Equal(new RowRange(first, second), split.Validation);
        Assert.Equal(new RowRange(second, third), split.Test);
    }

    [Fact]
    public void Fractions_that_add_up_to_one_use_every_row() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 100], Gen.Int[0, 100], Gen.Int[200, 100_000]).Sample((a, b, c, rows) =>
        {
            double sum = a + b + c;
            RowSplit split = RowSplit.Resolve(new(a / sum, b / sum, c / sum), rows);
            Assert.Equal((0, split.Validation.Start), (split.Train.Start, split.Train.End));
            Assert.Equal((split.Test.Start, rows), (split.Validation.End, split.Test.End));
        }, iter: 500);

    [Theory]
    [InlineData(100, 20, 30, "wants 150 rows", "has 120")]
    [InlineData(0.9, 0.2, 0, "wants 132 rows", "has 120")]
    [InlineData(-0.1, 0, 0, "split.train is -0.1", "fraction")]
    [InlineData(double.NaN, 0, 0, "split.train is NaN", "fraction")]
    [InlineData(10.5, 0, 0, "split.train is 10.5", "whole number")]
    [InlineData(0, 0.5, 0.5, "leaves no rows to train on", "of 120")]
    public void What_does_not_fit_is_refused_with_the_numbers(double train, double validation, double test, string what, string also)
    {
        string message = Assert.Throws<InvalidInputException>(() => RowSplit.Resolve(new(train, validation, test), 120)).Message;
        Assert.Contains(what, message);
        Assert.Contains(also, message);
    }
}
