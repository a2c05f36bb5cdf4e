using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Training.Local;
using Xunit;

namespace RnnActors.Training.Tests.Local;

public sealed class SequentialExtensionsTests
{
    private static readonly (float[,,] Inputs, float[,] Targets) Rows = CreateRows(22);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Actors_fit_to_the_bits_of_one_thread(int workers)
    {
        var validation = ArrayDataset.Create(Rows.Inputs, Rows.Targets);
        Sequential alone = Compiled(), together = Compiled();
        List<int> reported = [];
        var expected = alone.Fit(Rows.Inputs, Rows.Targets, 2, 6, 4, 7, validation);
        var actual = await together.FitAsync(
            Rows.Inputs, Rows.Targets, 2, 6, 4, 7, validation, workers, new Report(epoch => reported.Add(epoch.Progress.Epoch)));
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.Equal(expected.ValidationLoss, actual.ValidationLoss);
        Assert.Equal([1, 2], reported);
        Assert.Equal(alone.State!.Parameters.Span, together.State!.Parameters.Span);
        Assert.Equal(alone.Predict(Rows.Inputs), together.Predict(Rows.Inputs));
    }

    [Fact]
    public async Task One_thread_goes_on_where_actors_ended_and_the_other_way_round()
    {
        Sequential alone = Compiled(), mixed = Compiled();
        alone.Fit(Rows.Inputs, Rows.Targets, 3, 6, 4);
        await mixed.FitAsync(Rows.Inputs, Rows.Targets, 1, 6, 4, workers: 2);
        mixed.Fit(Rows.Inputs, Rows.Targets, 1, 6, 4);
        await mixed.FitAsync(Rows.Inputs, Rows.Targets, 1, 6, 4, workers: 3);
        Assert.Equal(alone.State!.Parameters.Span, mixed.State!.Parameters.Span);
        Assert.Equal(alone.State.Progress, mixed.State.Progress);
    }

    [Fact]
    public async Task Actors_refuse_what_one_thread_refuses()
    {
        var model = Compiled();
        await Assert.ThrowsAsync<InvalidInputException>(() => model.FitAsync(Rows.Inputs, Rows.Targets, batchSize: 2, shards: 5));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => model.FitAsync(Rows.Inputs, Rows.Targets, workers: -1));
    }

    private static Sequential Compiled()
    {
        var model = new Sequential(new Lstm(6) { RecurrentDropout = 0.1 }, new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError(), clipNorm: 1);
        return model;
    }

    private static (float[,,] Inputs, float[,] Targets) CreateRows(int rows)
    {
        float[,,] inputs = new float[rows, 5, 1];
        float[,] targets = new float[rows, 1];
        for (int row = 0; row < rows; row++)
        {
            for (int t = 0; t < 5; t++) inputs[row, t, 0] = ((row * 5) + (t * 3)) % 11 / 10f;
            targets[row, 0] = inputs[row, 0, 0] * inputs[row, 4, 0];
        }

        return (inputs, targets);
    }

    /// <summary>Reports at once; <see cref="Progress{T}"/> would post to another thread.</summary>
    private sealed class Report(Action<EpochDone> report) : IProgress<EpochDone>
    {
        void IProgress<EpochDone>.Report(EpochDone value) => report(value);
    }
}
