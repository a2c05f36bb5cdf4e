using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

/// <summary>A table that was looked at is loaded without being read again, unless it is another by then.</summary>
public sealed class PreloadedTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Other values of the same length at the same time: who read the file again would have them.</summary>
    [Fact]
    public void The_first_load_takes_what_the_look_has_read_and_later_ones_read_the_file()
    {
        string path = Write("1");
        ForecastDataSpec data = Look(path, "training.epochs=1");
        DateTime written = File.GetLastWriteTimeUtc(path);
        Write("2");
        File.SetLastWriteTimeUtc(path, written);
        Assert.Equal(1, ForecastFile.Read(data, path).Numbers("y").Values[0]);
        Assert.Equal(2, ForecastFile.Read(data, path).Numbers("y").Values[0]);
    }

    [Fact]
    public void A_file_that_was_changed_is_read_again()
    {
        string path = Write("1");
        ForecastDataSpec data = Look(path);
        Write("22");
        Assert.Equal(22, ForecastFile.Read(data, path).Numbers("y").Values[0]);
    }

    [Theory]
    [InlineData("data.header=false")]
    [InlineData("data.missingValues=[\"-\"]")]
    [InlineData("data.fillDown=[\"y\"]")]
    public void What_is_read_in_another_way_is_read_again(string change)
    {
        string path = Write("1");
        var data = (ForecastDataSpec)RunSpecification.ForDataFile(path).With([change]).Data;
        Assert.Null(data.InHand.Take(path, ForecastFile.FormatOf(data), path));
    }

    [Fact]
    public void Of_another_file_it_is_not_taken()
    {
        ForecastDataSpec data = Look(Write("1"));
        string other = Path.Combine(_folder, "b.csv");
        File.WriteAllText(other, "y\n7\n8\n");
        Assert.Equal(7, ForecastFile.Read(data with { Path = other }, other).Numbers("y").Values[0]);
    }

    /// <summary>A specification names its file beside it, and messages call it so.</summary>
    [Fact]
    public void Messages_have_the_name_that_the_specification_has()
    {
        Write("1");
        string specification = Path.Combine(_folder, "spec.json");
        File.WriteAllText(specification, "{\"task\":\"forecast\",\"data\":{\"path\":\"a.csv\",\"targets\":[\"y\"]}}");
        var data = (ForecastDataSpec)RunSpecification.Load(specification).Data;
        Table table = data.InHand.Take(Path.Combine(_folder, "a.csv"), ForecastFile.FormatOf(data), data.Path!)!;
        Assert.Equal(("a.csv", "a.csv:3:1"), (table.Name, table.At(1, table.Columns[0]).ToString()));
    }

    [Fact]
    public void It_is_no_part_of_what_a_specification_says()
    {
        ForecastDataSpec data = Look(Write("1"));
        Assert.Equal(data, data with { InHand = default });
        Assert.Equal(data.GetHashCode(), (data with { InHand = default }).GetHashCode());
    }

    private static ForecastDataSpec Look(string path, params string[] changes) => (ForecastDataSpec)RunSpecification.ForDataFile(path).With(changes).Data;

    private string Write(string first)
    {
        string path = Path.Combine(_folder, "a.csv");
        File.WriteAllText(path, $"y\n{first}\n" + string.Concat(Enumerable.Range(0, 199).Select(i => $"{i * 7 % 31}\n")));
        return path;
    }
}
