using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

public class WindowFormatTests
{
    private static readonly DatasetFile Files = new(TaskKinds.DatasetFormats);

    private static readonly Gen<ForecastTask> Tasks = Gen
        .Select(Gen.Enum<MissingRule>(), Gen.Enum<WindowNormalization>(), Gen.Enum<GapRule>(), Gen.Enum<ValueTransform>(), Gen.Int[1, 3], Gen.Bool, Gen.Int)
        .Select((missing, normalize, gaps, transform, series, embeds, seed) => ForecastTask.Prepare(new ForecastDataSpec
        {
            Targets = ["y"],
            Inputs = ["y", "x"],
            Series = series > 1 ? ["id"] : [],
            Embedded = embeds ? ["id", "k"] : null,
            Known = embeds && seed % 2 == 0 ? ["k"] : [],
            Lags = [4],
            Window = 3,
            Horizon = 2,
            Split = new(0.4, 0.3, 0.3),
            Missing = missing,
            Normalize = normalize,
            Gaps = missing == MissingRule.Refuse ? GapRule.Ignore : gaps,
            Transform = transform,
            Calendar = [CalendarFeature.DayOfWeek],
        }, TestTables.Dated(new Random(seed), series, 80, missing == MissingRule.Refuse ? 0 : 0.6, 0.02)));

    [Fact]
    public void Windows_are_read_again_to_the_bit() => Tasks.Sample(task =>
    {
        // A cut near the end may leave no window, and nothing is known behind it.
        WindowDataset[] next = task.Spec.Gaps == GapRule.Cut || task.Spec.Known.Count > 0 ? [] : [task.Next];
        foreach (WindowDataset part in (WindowDataset[])[task.Train, task.Validation!, task.Test!, .. next])
        {
            byte[] bytes = Write(part);
            SequenceDataset again = Read(bytes);
            SameDataset.Assert(part, again);
            Assert.Equal(bytes, Write(again));
        }
    }, iter: 100);

    [Fact]
    public void A_part_takes_no_more_rows_than_its_windows_read()
    {
        Table table = TestTables.Change(TestTables.Of(1000, 1), "a", (row, value) => row is > 780 and < 798 ? double.NaN : value);
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["a"], Inputs = ["a"], Window = 4, Missing = MissingRule.Linear }, table);
        Assert.Equal(1000 - 780, Assert.IsType<WindowDataset>(Read(Write(task.Test!))).Panel.Rows); // back to the value from which the line comes
    }

    [Theory]
    [InlineData(new[] { 0, 5, 8, 4, 8, 8 }, new[] { 0, 2, 1 }, "are not all there")] // the second begins within the first
    [InlineData(new[] { 0, 5, 5, 5, 9, 9 }, new[] { 0, 2, 1 }, "are not all there")]
    [InlineData(new[] { 0, 5, 5, 5, 4, 8 }, new[] { 0, 2, 1 }, "are not all there")]
    [InlineData(new[] { -1, 5, 5, 5, 8, 8 }, new[] { 0, 2, 1 }, "are not all there")]
    [InlineData(new[] { 0, 5, 5 }, new[] { 0, 2, 1 }, "2 names are those of 1 series")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 2, 2, 1 }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { -1, 2, 1 }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 0, 1, 1 }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 1, 6, 1 }, "do not hold")] // looks back into the first series
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 0, 2, 5 }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 0, 2, int.MaxValue }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 0, int.MaxValue, 2 }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 0, int.MinValue, 2 }, "do not hold")]
    [InlineData(new[] { 0, 5, 5, 5, 8, 8 }, new[] { 0, 2, -1 }, "do not hold")]
    public void Limits_and_ranges_that_do_not_fit_are_refused(int[] series, int[] ranges, string problem)
    {
        AssertRefused(problem, Tensors(series, ranges), ("names", "[\"a\",\"b\"]"));
    }

    [Theory]
    [InlineData("[\"a\",null]", "'names' is missing")]
    [InlineData("null", "'names' is missing")]
    [InlineData("[1,2]", "'names' is no list of names")]
    [InlineData("{", "'names' is no list of names")]
    [InlineData("[\"a\"]", "1 names are those of 2 series")]
    public void Names_that_are_none_are_refused(string names, string problem) =>
        AssertRefused(problem, Tensors([0, 5, 5, 5, 8, 8], [0, 2, 1]), ("names", names));

    [Fact]
    public void Tensors_of_other_shapes_are_refused()
    {
        NamedTensor[] tensors = Tensors([0, 5, 5, 5, 8, 8], [0, 2, 1]);
        (string, string) names = ("names", "[\"a\",\"b\"]");
        AssertRefused("another type or shape", [.. tensors, NamedTensor.Of<int>("observed", new int[7], 7, 1)], names);
        AssertRefused("another type or shape", [.. tensors, NamedTensor.Of<int>("interpolated", new int[16], 8, 2)], names);
        AssertRefused("another type or shape", [.. tensors, NamedTensor.Of<float>("observed", new float[8], 8, 1)], names);
        AssertRefused("another type or shape", [.. tensors[..2], NamedTensor.Of<int>("series", new int[8], 4, 2), tensors[3]], names);
        for (int i = 0; i < tensors.Length; i++) AssertRefused($"there is no tensor '{tensors[i].Name}'", [.. tensors.Where(tensor => tensor != tensors[i])],
            names);
    }

    [Theory]
    [InlineData("\"inputMeans\":[0]", "\"inputMeans\":[]")]
    [InlineData("\"targetMeans\":[0]", "\"targetMeans\":[0,0]")]
    [InlineData("\"name\":\"b\"", "\"name\":\"a\"")]
    [InlineData("\"decimals\":[0]", "\"decimals\":[]")]
    [InlineData("\"noiseVariances\":null", "\"noiseVariances\":[1,1]")]
    [InlineData("\"isSeriesValue\":true", "\"lag\":-3")]
    public void A_preparation_of_other_columns_is_refused(string part, string other)
    {
        Preparation whole = Fitted();
        Assert.Equal(whole.ToJson(), Preparation.FromJson(whole.ToJson()).ToJson());
        string changed = whole.ToJson();
        Assert.Contains(part, changed);
        changed = changed.Replace(part, other, StringComparison.Ordinal);
        Assert.Contains("data preparation", Assert.Throws<InvalidInputException>(() => Preparation.FromJson(changed)).Message);
    }

    private static Preparation Fitted()
    {
        PreparedColumn column = new("y", 0, 1, LinearScale.Identity) { IsSeriesValue = true };
        PreparedSeries series = new("a", [LinearScale.Identity], [0], [LinearScale.Identity], [0], [1], [1]);
        return new()
        {
            Spec = new() { Targets = ["y"], Inputs = ["y"], Series = ["id"], Window = 2 },
            Inputs = [column],
            Targets = [column],
            Series = [series, series with { Name = "b" }],
            Decimals = [0],
        };
    }

    private static NamedTensor[] Tensors(int[] series, int[] ranges) =>
    [
        NamedTensor.Of<double>("targets", new double[8], 8, 1), NamedTensor.Of<float>("inputs", new float[8], 8, 1),
        NamedTensor.Of<int>("series", series, series.Length / 3, 3), NamedTensor.Of<int>("ranges", ranges, ranges.Length / 3, 3),
    ];

    private static void AssertRefused(string problem, IEnumerable<NamedTensor> tensors, params (string Key, string Value)[] metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(
            stream, tensors,
            [
                new("rnnactors.dataset", "windows"), new("rnnactors.dataset.version", "1"), new("preparation", Fitted().ToJson()),
                .. metadata.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value)),
            ]);
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => Read(stream.ToArray())).Message, StringComparison.Ordinal);
    }

    private static byte[] Write(SequenceDataset dataset)
    {
        using MemoryStream stream = new();
        Files.Write(stream, dataset);
        return stream.ToArray();
    }

    private static SequenceDataset Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return Files.Read(stream, "data.safetensors");
    }
}
