using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class WorkerTeamsTests
{
    [Theory]
    [InlineData(128, 2, 2, 1)]
    [InlineData(255, 2, 2, 1)]
    [InlineData(256, 0, 0, 1)]
    [InlineData(256, 1, 1, 1)]
    [InlineData(256, 2, 1, 2)]
    [InlineData(256, 3, 3, 1)]
    [InlineData(256, 9, 4, 2)]
    [InlineData(512, 11, 2, 5)]
    [InlineData(512, 13, 2, 6)]
    [InlineData(512, 22, 3, 7)]
    [InlineData(256, 4, 2, 2)]
    [InlineData(512, 2, 1, 2)]
    [InlineData(512, 12, 2, 6)]
    [InlineData(512, 64, 8, 8)]
    [InlineData(1024, 16, 1, 16)]
    [InlineData(64, 16, 8, 1)]
    [InlineData(4096, 96, 2, 48)]
    public void Threads_are_teams_of_one_size_where_a_layers_step_is_work_for_several(int units, int threads, int workers, int each)
    {
        var teams = For(threads, new Lstm(units));
        Assert.Equal(new WorkerTeams(workers, each), teams);
        Assert.Equal(workers * each, teams.Threads);
        Assert.Equal(teams, For(teams.Threads, new Lstm(units)));
    }

    /// <summary>Its steps would end before a helper has begun.</summary>
    [Fact]
    public void The_smallest_recurrent_layer_decides()
    {
        Assert.Equal(2, For(2, new Lstm(512, returnSequences: true), new Gru(300)).ThreadsOfEach);
        Assert.Equal(1, For(2, new Lstm(512, returnSequences: true), new Gru(256)).ThreadsOfEach);
        Assert.Equal(1, For(2, new Dense(5000)).ThreadsOfEach);
    }

    /// <summary>The teams of least memory first, and never one that leaves threads idle which another keeps busy.</summary>
    [Theory]
    [InlineData(128, 2, "2x1")]
    [InlineData(256, 1, "1x1")]
    [InlineData(256, 2, "1x2 2x1")]
    [InlineData(200, 2, "1x2 2x1")]
    [InlineData(256, 3, "1x3 3x1")]
    [InlineData(256, 4, "1x4 2x2 4x1")]
    [InlineData(256, 12, "3x4 6x2")]
    [InlineData(512, 64, "4x16 8x8")]
    public void Arrangements_that_only_a_measurement_can_compare_are_candidates(int units, int threads, string expected)
    {
        var candidates = WorkerTeams.Candidates(ModelOf(new Lstm(units)), Training, threads);
        Assert.Equal(expected, string.Join(' ', candidates.Select(teams => $"{teams.Workers}x{teams.ThreadsOfEach}")));
    }

    [Fact]
    public void The_fastest_is_chosen_and_of_those_about_as_fast_the_one_of_least_memory()
    {
        WorkerTeams team = new(1, 4), teams = new(2, 2), workers = new(4, 1);
        Assert.Equal(workers, WorkerTeams.Fastest([(team, 3), (teams, 2), (workers, 1)]));
        Assert.Equal(team, WorkerTeams.Fastest([(workers, 1), (teams, 1), (team, 1)]));
        Assert.Equal(team, WorkerTeams.Fastest([(team, 1.02), (teams, 1.01), (workers, 1)]));
        Assert.Equal(teams, WorkerTeams.Fastest([(team, 1.04), (teams, 1.02), (workers, 1)]));
        Assert.Equal(team, WorkerTeams.Fastest([(team, 3), (teams, double.NaN), (workers, 0)]));
        Assert.Null(WorkerTeams.Fastest([]));
        Assert.Null(WorkerTeams.Fastest([(team, double.PositiveInfinity), (workers, -1)]));
    }

    private static readonly TrainingSpec Training = new() { Loss = new MeanSquaredError(), Optimizer = new Adam() };

    private static WorkerTeams For(int threads, params LayerSpec[] layers) =>
        WorkerTeams.For(ModelOf(layers), Training, threads);

    private static Model ModelOf(params LayerSpec[] layers) => new(new ModelSpec([.. layers, new Dense(1)]), new Shape(1));
}
