using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Validation and test from files of their own.</summary>
public class OwnFilesTests
{
    private static readonly ForecastDataSpec Spec = new()
    {
        Targets = ["y"],
        Inputs = ["y", "x"],
        Series = ["id"],
        Window = 6,
        Horizon = 2,
        Normalize = WindowNormalization.Last,
        Transform = ValueTransform.Log,
        Season = 7,
    };

    private static readonly DateTime[] Ends = [new(2024, 3, 1), new(2024, 3, 20)];

    /// <summary>The rows of a table in three, at the same dates.</summary>
    private static Table[] Parts(Table table) =>
    [
        TestTables.Only(table, row => table.Times!.Local[row] < Ends[0]),
        TestTables.Only(table, row => table.Times!.Local[row] >= Ends[0] && table.Times.Local[row] < Ends[1]),
        TestTables.Only(table, row => table.Times!.Local[row] >= Ends[1]),
    ];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 0.1)]
    public void Three_files_that_go_on_from_each_other_give_what_one_file_gives(int series, double missing)
    {
        Table whole = TestTables.Dated(new Random(series), series, 120, missing);
        Table[] parts = Parts(whole);
        int[] dates = [.. parts.Select(part => part.Times!.Local.Distinct().Count())];
        ForecastDataSpec spec = Spec with { Missing = MissingRule.Previous };
        var one = ForecastTask.Prepare(spec with { Split = new(dates[0], dates[1], dates[2]) }, whole);
        var three = ForecastTask.Prepare(spec, parts[0], null, new(parts[1], parts[2]));

        TestTables.AssertSameBits(TestTables.ReadAll(one.Train), TestTables.ReadAll(three.Train));
        TestTables.AssertSameBits(TestTables.ReadAll(one.Validation!), TestTables.ReadAll(three.Validation!));
        TestTables.AssertSameBits(TestTables.ReadAll(one.Test!), TestTables.ReadAll(three.Test!));
        Assert.NotEqual(one.DataHash, three.DataHash);
        Assert.Equal(one.SeenUntil, three.SeenUntil);

        float[] outputs = [.. Enumerable.Range(0, one.Test!.Rows * 2).Select(i => (i % 7) * 0.1f)];
        Assert.Equal(one.Restore(one.Test, outputs), three.Restore(three.Test!, outputs));
        Assert.Equal(one.Report(one.Test, outputs).Time.Select(time => time.Label), three.Report(three.Test!, outputs).Time.Select(time => time.Label));
        foreach ((BaselineResult own, BaselineResult other) in one.CompareBaselines(one.Test).Zip(three.CompareBaselines(three.Test!)))
        {
            Assert.Equal(own.Key, other.Key);
            if (own.Key is "last_value" or "seasonal" or "linear") Assert.Equal(own.Predicted, other.Predicted);
        }
    }

    [Fact]
    public void A_file_of_another_machine_is_cut_by_itself_and_scaled_by_the_training_rows()
    {
        Table train = TestTables.Of(80, 2), other = TestTables.Change(TestTables.Of(30, 2), "a", (_, value) => 3 * value);
        ForecastDataSpec spec = new() { Targets = ["a"], Window = 5, Horizon = 2, Split = new(SplitSpec.Rest) };
        var task = ForecastTask.Prepare(spec, train, null, new(other));
        Assert.Equal((80 - 5 - 1, 30 - 5 - 1), (task.Train.Rows, task.Validation!.Rows));
        double scaled = task.Targets[0].Scale.Apply(other.Find("a").Values[5]);
        Assert.Equal((float)scaled, TestTables.ReadOne(task.Validation, 0).Targets[0]);
        Assert.Equal(task.Preparation, ForecastTask.Prepare(spec, train).Preparation);
    }

    [Fact]
    public void One_changed_value_of_a_file_changes_the_hash_of_the_data()
    {
        Table train = TestTables.Of(80, 1), own = TestTables.Of(30, 1);
        string Hash(Table validation) => ForecastTask.Prepare(new() { Targets = ["a"], Window = 5 }, train, null, new(validation)).DataHash;
        Assert.NotEqual(Hash(own), Hash(TestTables.Change(own, "a", (row, value) => row == 17 ? value + 1e-9 : value)));
    }

    [Fact]
    public void Files_are_found_beside_the_specification_and_what_cannot_be_used_is_told()
    {
        string path = TestTables.Write("a\n" + string.Join('\n', Enumerable.Range(1, 60))), own = TestTables.Write("a\n1\n2\n3\n");
        ForecastDataSpec spec = new() { Path = path, Targets = ["a"], Window = 5, Validation = own };
        Assert.Contains("holds no window", Assert.Throws<InvalidInputException>(() => ForecastTask.Load(spec, "")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "has a part for validation too",
            Assert.Throws<InvalidInputException>(() => ForecastTask.Load(spec with { Split = new(0.8, 0.1, 0.1) }, "")).Message, StringComparison.Ordinal);
        var task = ForecastTask.Load(spec with { Validation = path, Test = path }, "");
        Assert.Equal((55, 55, 55), (task.Train.Rows, task.Validation!.Rows, task.Test!.Rows));
    }
}
