using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Transforms by column.</summary>
public class TransformsTests
{
    private static readonly ForecastDataSpec Spec = new() { Targets = ["a", "b"], Window = 5, Horizon = 2 };

    [Fact]
    public void Transforms_that_are_all_the_same_are_the_one_transform()
    {
        Table table = TestTables.Of(80, 2);
        ForecastTask one = ForecastTask.Prepare(Spec with { Transform = ValueTransform.Sqrt }, table), each = ForecastTask.Prepare(
            Spec with { Transforms = new Dictionary<string, ValueTransform> { ["a"] = ValueTransform.Sqrt, ["b"] = ValueTransform.Sqrt } }, table);
        Assert.Equal(one.DataHash, each.DataHash);
        float[] outputs = [.. Enumerable.Range(0, one.Test!.Rows * 4).Select(i => (i % 5) - 2f)];
        Assert.Equal(one.Restore(one.Test, outputs), each.Restore(each.Test!, outputs));
    }

    [Fact]
    public void What_the_network_should_say_is_restored_to_what_came_whatever_the_transforms() => Gen.Select(
        Gen.Enum<ValueTransform>(), Gen.Enum<ValueTransform>(), Gen.Enum<WindowNormalization>(), Gen.Enum<Scaling>()).Sample(
        (a, b, normalize, scale) =>
        {
            var spec = Spec with { Normalize = normalize, Scale = scale, Transforms = new Dictionary<string, ValueTransform> { ["a"] = a, ["b"] = b } };
            ForecastTask task = ForecastTask.Prepare(Preparation.FromJson(ForecastTask.Prepare(spec, TestTables.Of(80, 2)).Preparation).Spec,
                TestTables.Of(80, 2));
            WindowDataset test = task.Test!;
            double[] restored = task.Restore(test, TestTables.ReadAll(test).Targets), actual = test.Actual();
            for (int i = 0; i < actual.Length; i++) Assert.Equal(actual[i], restored[i], 1e-3);
        }, iter: 60);

    [Fact]
    public void A_column_that_is_known_ahead_is_transformed_where_it_is_named_and_by_no_other_rule()
    {
        Table table = TestTables.Dated(new Random(3), 1, 90);
        ForecastDataSpec spec = new() { Targets = ["y"], Inputs = ["y", "k"], Known = ["k"], Window = 5, Scale = Scaling.None, Split = new(0.9) };
        float Known(ForecastDataSpec of) => TestTables.ReadOne(ForecastTask.Prepare(of, table).Train, 0).Inputs[1];
        float plain = Known(spec);
        Assert.Equal(plain, Known(spec with { Transform = ValueTransform.Log1p }));
        Assert.Equal(Math.Log(1 + plain), Known(spec with { Transforms = new Dictionary<string, ValueTransform> { ["k"] = ValueTransform.Log1p } }), 1e-6);
    }

    [Theory]
    [InlineData("c", ValueTransform.Log, "unknown column \"c\" in data.transforms")]
    [InlineData("id", ValueTransform.Log, "which is a column of texts")]
    public void What_is_no_column_of_numbers_is_refused(string column, ValueTransform transform, string problem)
    {
        Table table = TestTables.Dated(new Random(4), 1, 60);
        ForecastDataSpec spec = new()
        {
            Targets = ["y"],
            Inputs = ["y", "id"],
            Window = 5,
            Transforms = new Dictionary<string, ValueTransform> { [column] = transform },
        };
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(spec, table)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_without_a_logarithm_names_the_key_that_decides()
    {
        Table table = TestTables.Parse("a\n" + string.Join('\n', Enumerable.Range(-1, 60)));
        ForecastDataSpec spec = new() { Targets = ["a"], Window = 5, Transforms = new Dictionary<string, ValueTransform> { ["a"] = ValueTransform.Log1p } };
        string message = Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(spec, table)).Message;
        Assert.Contains("f.csv:2:1: The value -1 in column 'a' has no logarithm", message, StringComparison.Ordinal);
        Assert.Contains("data.transforms.a=none", message, StringComparison.Ordinal);
    }
}
