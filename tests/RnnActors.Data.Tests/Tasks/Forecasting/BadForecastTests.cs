using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

public class BadForecastTests
{
    private static readonly ForecastDataSpec Spec = new() { Targets = ["a"], Window = 10, Horizon = 2, Split = new(0.5, 0.25, 0.25) };

    public static TheoryData<ForecastDataSpec, string> Specs => new()
    {
        { Spec with { Window = 0 }, "data.window is 0" },
        { Spec with { Horizon = -1 }, "data.horizon is -1" },
        { Spec with { Season = 0 }, "data.season is 0" },
        { Spec with { RelativeTo = TargetBase.Seasonal }, "no season is given" },
        { Spec with { Window = 30 }, "20 of the 40 rows are for training; a window of 30 and a horizon of 2 need at least 32" },
        { Spec with { Window = 19 }, "need at least 21" },
        { Spec with { Season = 25, RelativeTo = TargetBase.Seasonal }, "a season of 25 and a horizon of 2 need at least 27" },
        { Spec with { Horizon = 9, Split = new(30, 5, 5) }, "The split has 5 validation rows and the horizon is 9" },
        { Spec with { Horizon = 9, Split = new(30, 0, 5) }, "The split has 5 test rows and the horizon is 9" },
        { Spec with { Split = new(100, 0, 5) }, "The split wants 105 rows (train 100, validation 0, test 5) and the data has 40" },
        { Spec with { Targets = [] }, "data.targets names no column" },
        { Spec with { Targets = ["a", "a"] }, "data.targets names column 'a' twice" },
        { Spec with { Inputs = ["*", "b"] }, "data.inputs names column 'b' twice" },
        { Spec with { Inputs = [] }, "data.inputs names no column" },
        { Spec with { Targets = ["aa"] }, "There is no column 'aa'. Did you mean 'a'" },
        { Spec with { Time = "a" }, "Column 'a' is that of the dates" },
        { Spec with { Calendar = [CalendarFeature.HourOfDay] }, "there is no column of dates" },
    };

    [Theory]
    [MemberData(nameof(Specs), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_is_refused_with_the_numbers(ForecastDataSpec spec, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(spec, TestTables.Of(40, 2))).Message);

    [Theory]
    [InlineData("a,b\n1,1\n2,2\n", "2 rows")]
    [InlineData("a,b\n1,1\n", "the 1 rows")]
    public void A_file_that_is_too_short_is_refused(string text, string message) =>
        Assert.Contains(message, Refused(Spec with { Split = new(1) }, text));

    [Theory]
    [InlineData(ValueTransform.Log, "a\n1\n0\n3\n", "f.csv:3:1: The value 0 in column 'a' has no logarithm")]
    [InlineData(ValueTransform.Sqrt, "a\n1\n2\n-3\n", "f.csv:4:1: The value -3 in column 'a' has no square root")]
    [InlineData(ValueTransform.None, "a,b\n1,2\n,3\n3,4\n", "f.csv:3:1: A value is missing in column 'a'")]
    [InlineData(ValueTransform.None, "a\n1\n2\n1e200\n", "f.csv:4:1: The value 1E+200 in column 'a' is too far")]
    [InlineData(ValueTransform.None, "a\n1\n1e300\n3\n", "The values of column 'a' are too large to be scaled")]
    public void A_value_that_cannot_be_used_is_told_with_its_place(ValueTransform transform, string text, string message) =>
        Assert.Contains(message, Refused(Spec with { Window = 1, Horizon = 1, Split = new(2, 0, 1), Transform = transform, Inputs = ["a"] }, text));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"version":1,"spec":{"targets":["a"]},"inputs":null,"targets":[]}""")]
    [InlineData("""{"version":9,"spec":{"targets":["a"]},"inputs":[],"targets":[]}""")]
    public void A_preparation_that_is_none_is_refused(string json) =>
        Assert.Contains("data preparation", Assert.Throws<InvalidInputException>(() => ForecastTask.LoadTrained(json, "x.csv")).Message);

    private static string Refused(ForecastDataSpec spec, string text) =>
        Assert.Throws<InvalidInputException>(() => ForecastTask.Prepare(spec, CsvTable.Parse(new("f.csv", text), new()))).Message;
}
