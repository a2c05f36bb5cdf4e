using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Windows;

/// <summary>A large table is let go of once it is prepared, and what needs it later reads its file again.</summary>
public sealed class PanelSourceTests : IDisposable
{
    private const int Rows = 700_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    private readonly ForecastDataSpec _spec = new() { Path = "a.csv", Inputs = ["*"], Targets = ["y"], Window = 4, Horizon = 2, Split = new(0.5, 0.25, 0.25) };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_origin_is_that_of_the_table_in_memory()
    {
        string path = Write();
        ForecastTask task = ForecastTask.Load(_spec, _folder), kept = ForecastTask.Prepare(_spec, TableFile.Read(path, new()));
        Assert.Equal(kept.DataHash, task.DataHash);
        Assert.Equal(kept.AtOrigin(1000).DataHash, task.AtOrigin(1000).DataHash);
        Assert.NotEqual(kept.DataHash, kept.AtOrigin(1000).DataHash);
    }

    [Fact]
    public void A_file_that_has_changed_is_refused_by_its_name()
    {
        string path = Write();
        ForecastTask task = ForecastTask.Load(_spec, _folder);
        File.AppendAllText(path, "5,6\n");
        var problem = Assert.Throws<InvalidInputException>(() => task.AtOrigin(1000));
        Assert.Contains("has changed", problem.Message, StringComparison.Ordinal);
        Assert.Contains("a.csv", problem.Message, StringComparison.Ordinal);
    }

    private string Write()
    {
        string path = Path.Combine(_folder, "a.csv");
        using StreamWriter file = new(path);
        file.WriteLine("x,y");
        for (int row = 0; row < Rows; row++) file.WriteLine($"{row * 7 % 31},{row * 5 % 17}");
        return path;
    }
}
