using RnnActors.Core.Objectives;
using RnnActors.Core.Training;
using RnnActors.Runs.Losses;
using Xunit;

namespace RnnActors.Runs.Tests.Losses;

public sealed class LossHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_up_to_the_epoch_that_is_gone_on_from()
    {
        var history = new LossHistory();
        for (int epoch = 1; epoch <= 4; epoch++) history.Add(new EpochDone(At(10 * epoch, epoch), 1.0 / epoch, epoch == 2 ? null : 0.5 / epoch, null, false));
        history.Write(_folder.File("losses.csv"));

        Assert.Equal(history.Epochs, LossHistory.Read(_folder.File("losses.csv"), 4).Epochs);
        Assert.Equal(history.Epochs.Take(2), LossHistory.Read(_folder.File("losses.csv"), 2).Epochs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("epoch\nnonsense\n1,2\n,,,\n")]
    public void What_is_not_ours_is_passed_over(string text) => Assert.Empty(LossHistory.Read(_folder.Write("losses.csv", text), 9).Epochs);

    [Fact]
    public void Of_many_steps_few_points_stay_and_their_mean_is_the_same()
    {
        var history = new LossHistory();
        const int steps = 1 << 14;
        for (int step = 1; step <= steps; step++) history.Add(new StepDone(At(step, 0), step, 0, 0, 0));
        var curve = history.Plot("", "", 0).Training;

        Assert.InRange(curve.At.Length, 256, 1024);
        Assert.Equal((steps + 1) / 2.0, curve.Losses.Average(), 1e-6);
        Assert.Equal(steps, curve.At[^1]);
    }

    private static TrainingProgress At(long step, int epoch) => new(step, epoch, 0, new LossSum(), null, 0, 0, null, false);
}
