using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Browsers;

/// <summary>The pages that commands write, in a real browser.</summary>
public sealed class WrittenPageTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [SkippableTheory]
    [InlineData(Workplace.Forecast, "forecast")]
    [InlineData(Workplace.LanguageModel, "language")]
    public async Task Reports_and_explanations_can_be_read_by_everyone(string specification, string name)
    {
        await using var browser = await Browser.StartAsync();
        Rnnactors.RunToDone(_place.Path, "train", specification, "--out", "run", "--set", "training.epochs=6");
        var explained = Rnnactors.Run(_place.Path, "explain", "run");
        Assert.True(explained.ExitCode == 0, explained.ToString());
        foreach (string file in (string[])["run/report.html", "run/explain/explain.html"])
        {
            var page = await browser.OpenAsync(new Uri(_place[file]));
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
            await Browser.AssertAccessibleAsync(page, $"{name}-{Path.GetFileNameWithoutExtension(file)}");
        }

        Assert.Empty(browser.Problems);
    }
}
