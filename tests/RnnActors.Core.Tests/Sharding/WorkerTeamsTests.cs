using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

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

    private static WorkerTeams For(int threads, params LayerSpec[] layers) =>
        WorkerTeams.For(new Model(new ModelSpec([.. layers, new Dense(1)]), new Signal(1)), new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam() }, threads);
}
