using System.Globalization;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>Three series of two targets, three rows ahead.</summary>
public class ForecastPanelsTests
{
    private static readonly ForecastTask Task = ForecastTask.Prepare(
        new() { Targets = ["y", "x"], Inputs = ["y", "x"], Series = ["id"], Window = 4, Horizon = 3, Split = new(0.6, 0.2, 0.2) },
        TestTables.Dated(new Random(3), series: 3, rows: 90));

    private static readonly TrainedNetwork Network = Untrained(Task);

    private static readonly Score Score = Task.Measure(Network)!;

    /// <summary>The law: a panel has what the table of all predictions has for its series, target and step.</summary>
    [Theory]
    [InlineData("y", "s0", 1)]
    [InlineData("x", "s2", 2)]
    [InlineData("y", "s1", 3)]
    public void A_chosen_panel_is_part_of_the_table_of_predictions(string target, string series, int ahead)
    {
        Score chosen = Score.Showing(new([target], [series], [ahead]));
        ComparedSeries panel = Assert.Single(chosen.Series);
        PredictionTable table = Score.Predictions!();
        int[] rows = [.. Enumerable.Range(0, table.Rows).Where(row => table["id"].Cells[row] == series && table["ahead"].Numbers![row] == ahead)];

        Assert.Equal($"{target}, {series}", panel.Name);
        Assert.Empty(chosen.Paths);
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Select(row => table[target].Numbers![row]), panel.Actual);
        Assert.Equal(rows.Select(row => table[$"{target}_forecast"].Numbers![row]), panel.Predicted);
        Assert.Equal(rows.Select(row => table[$"{target}_lower80"].Numbers![row]), panel.Band!.Lower);
        Assert.Equal(rows.Select(row => table["time"].Cells[row]), panel.Times!.Select(time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Equal(rows.Length, panel.Baseline!.Predicted.Length);
    }

    [Fact]
    public void All_that_is_not_said_is_all_there_is()
    {
        Assert.Equal(4, Score.Series.Count); // of six, where nothing is chosen
        Assert.Equal(["y, s0", "y, s1", "y, s2"], Score.Showing(new(["y"], [], [])).Series.Select(panel => panel.Name));
        Assert.Equal(["y, s1", "x, s1"], Score.Showing(new([], ["s1"], [])).Series.Select(panel => panel.Name));
        Assert.Equal(["y, s1, 1 row ahead", "y, s1, 3 rows ahead"], Score.Showing(new(["y"], ["s1"], [1, 3])).Series.Select(panel => panel.Name));
        Assert.Equal(3, Score.Showing(new(["x"], [], [])).Paths.Count(path => path.Baseline!.Predicted.Length == 3));
        Assert.Same(Score, Score.Showing(PanelChoice.Any));
    }

    [Fact]
    public void What_is_not_forecast_is_refused_with_what_is()
    {
        Refused(new(["z"], [], []), "no target 'z'");
        Refused(new([], ["s9"], []), "no series 's9'");
        Refused(new([], [], [4]), "1 to 3 rows ahead, not 4");
        Refused(new([], [], [0]), "1 to 3 rows ahead, not 0");
        ForecastTask many = ForecastTask.Prepare(Task.Spec with { Horizon = 9 }, TestTables.Dated(new Random(3), series: 3, rows: 90));
        Assert.Contains("54 panels", Assert.Throws<InvalidInputException>(() => many.Check(new([], [], [1, 2, 3, 4, 5, 6, 7, 8, 9]))).Message,
            StringComparison.Ordinal);
        Assert.Contains("only forecasts", Assert.Throws<InvalidInputException>(() => (Score with { Panels = null }).Showing(new(["y"], [], []))).Message,
            StringComparison.Ordinal);

        static void Refused(PanelChoice choice, string said)
        {
            Assert.Contains(said, Assert.Throws<InvalidInputException>(() => Score.Showing(choice)).Message, StringComparison.Ordinal);
            Assert.Contains(said, Assert.Throws<InvalidInputException>(() => Task.Check(choice)).Message, StringComparison.Ordinal);
        }
    }

    private static TrainedNetwork Untrained(ForecastTask task)
    {
        Model model = new(new ModelSpec([new Lstm(3), new Dense(task.Train.Target.Outputs)]), task.Input);
        return new(model, new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01) }, model.CreateParameters(3), threads: 1);
    }
}
