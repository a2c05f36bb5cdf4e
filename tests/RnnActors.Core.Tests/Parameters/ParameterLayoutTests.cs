using CsCheck;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Core.Tests.Parameters;

public class ParameterLayoutTests
{
    [Fact]
    public void Parameters_lie_in_their_order_at_multiples_of_sixteen_without_touching() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 20]).Array[1, 10].Sample(shapes =>
        {
            var layout = new ParameterLayout();
            foreach (var (rows, columns) in shapes) layout.Add($"p{layout.Slots.Count}", rows, columns, StartingValue.Zero);
            int end = 0;
            foreach (var (slot, (rows, columns)) in layout.Slots.Zip(shapes))
            {
                Assert.Equal(0, slot.Offset % 16);
                Assert.InRange(slot.Offset, end, end + 15);
                Assert.Equal(rows * Math.Max(1, columns), slot.Length);
                Assert.Equal(slot.Length, slot.Shape.Aggregate(1, (a, b) => a * b));
                Assert.Same(slot, layout[slot.Name]);
                end = slot.Offset + slot.Length;
            }

            Assert.InRange(layout.Length, end, end + 15);
            Assert.Equal(layout.Slots.Sum(slot => slot.Length), layout.Count);
        });

    [Fact]
    public void A_model_that_no_block_can_hold_is_refused_by_the_name_of_the_parameter() =>
        Assert.Contains("lstm.weight",
            Assert.Throws<InvalidInputException>(() => new ParameterLayout().Add("lstm.weight", 100_000, 100_000, StartingValue.Zero)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Two_parameters_of_one_name_are_a_mistake()
    {
        var layout = new ParameterLayout();
        layout.Add("weight", 2, 2, StartingValue.Zero);
        Assert.Throws<ArgumentException>(() => layout.Add("weight", 2, 2, StartingValue.Zero));
        Assert.Single(layout.Slots);
    }
}
