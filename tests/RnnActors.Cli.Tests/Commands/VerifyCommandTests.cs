using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_verified_in_words_and_for_programs()
    {
        string run = _folder.File("run");
        var trained = await CommandRun.TrainAsync(run);
        var words = await CommandRun.OfAsync("verify", run);
        Assert.Equal(0, words.Code);
        Assert.Contains("Every bit agrees", words.Output, StringComparison.Ordinal);
        Assert.Equal(2, words.Output.Split((string)trained.Last["parameters"]!).Length - 1);

        var json = await CommandRun.OfAsync("verify", run, "--whole", "--workers", "3", "--json");
        Assert.Equal((0, true, 0L), (json.Code, (bool)json.Last["agrees"]!, (long)json.Last["from"]!));
        Assert.Equal((string?)json.Last["parameters"], (string?)json.Last["again"]);
        Assert.Equal(2, (await CommandRun.OfAsync("verify", _folder.File("nothing"))).Code);
    }
}
