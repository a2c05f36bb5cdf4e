using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_step_is_replayed_in_words_and_for_programs()
    {
        string run = _folder.File("run");
        await CommandRun.TrainAsync(run);
        var words = await CommandRun.OfAsync("replay", run, "--step", "1");
        Assert.Equal(0, words.Code);
        Assert.Contains("Every bit agrees, in 1 step from there.", words.Output, StringComparison.Ordinal);
        var json = await CommandRun.OfAsync("replay", run, "--step", "2", "--workers", "1", "--json");
        Assert.Equal((0, true, 2L), (json.Code, (bool)json.Last["agrees"]!, (long)json.Last["step"]!));
        Assert.Equal((double)json.Last["loss"]!, (double)json.Last["loss_again"]!);
        Assert.Equal(2, (await CommandRun.OfAsync("replay", run, "--step", "99999")).Code);
        Assert.Equal(2, (await CommandRun.OfAsync("replay", run)).Code);
    }

    [Fact]
    public async Task Two_runs_are_compared_in_words_and_for_programs()
    {
        string a = _folder.File("a"), b = _folder.File("b");
        await CommandRun.TrainAsync(a);
        await CommandRun.TrainAsync(b);
        var words = await CommandRun.OfAsync("inspect", a, b);
        Assert.Equal(0, words.Code);
        Assert.Contains("tensors have the same bits.", words.Output, StringComparison.Ordinal);
        var json = await CommandRun.OfAsync("inspect", a, b, "--json");
        Assert.Equal((true, true), ((bool)json.Last["agrees"]!, (bool)json.Last["same_data"]!));
        Assert.Null(json.Last["since_step"]);
        Assert.Equal(2, (await CommandRun.OfAsync("inspect", a, _folder.File("nothing"))).Code);
        Assert.Equal(2, (await CommandRun.OfAsync("inspect", a, "--json")).Code);
    }
}
