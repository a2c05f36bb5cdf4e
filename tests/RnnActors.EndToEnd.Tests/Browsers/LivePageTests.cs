using Microsoft.Playwright;
using RnnActors.EndToEnd.Tests.Cluster;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Browsers;

/// <summary>The live pages of a run and of its cluster in a real browser, while machines are killed.</summary>
public sealed class LivePageTests(ITestOutputHelper log) : IDisposable
{
    private const int Steps = 2000;

    private readonly TestCluster _cluster = new(log);

    public void Dispose() => _cluster.Dispose();

    [SkippableFact]
    public async Task A_training_is_followed_through_a_killed_worker_to_its_end()
    {
        await using var browser = await Browser.StartAsync();
        await _cluster.WatchAsync(async () =>
        {
            var coordinator = _cluster.StartCoordinator("coordinator", 0, "--page", "0");
            _cluster.StartWorker("stays");
            var killed = _cluster.StartWorker("killed");
            var node = await browser.OpenAsync(coordinator.Page);
            await Expect(node, "#phase", "No run");
            var run = _cluster.Bring(TestCluster.Series, "train", TestCluster.Series, "--max-steps", $"{Steps}", "--page", "0");
            var page = await browser.OpenAsync(new Uri(run.Await("page")["url"]!.GetValue<string>()));
            await Expect(page, "#phase", "Training");
            run.Await("workers_joined");
            run.Await("workers_joined");
            await AwaitStep(page, 50);
            await AwaitStep(node, 50);
            await TabTo(page, ".skip");
            killed.Kill();
            await page.WaitForSelectorAsync("#machines li.lost");
            await page.WaitForSelectorAsync("#events li.warning");
            await AwaitStep(page, await StepOf(page) + 50);
            await page.WaitForSelectorAsync("#charts canvas");
            await node.WaitForSelectorAsync("#machines li.lost");
            Assert.Contains("coordinates.", await node.InnerTextAsync("#machines-sum"), StringComparison.Ordinal);
            await Browser.AssertAccessibleAsync(node, "node-training");

            run.Await("done");
            await Expect(page, "#phase", "Finished");
            await Expect(node, "#phase", "Finished");
            Assert.Equal(Steps, await StepOf(page));
            Assert.Equal(Steps, await StepOf(node));
            // The server waits three seconds for those who fetch the report. On a machine that is too busy for that, the page says that it is gone.
            await page.WaitForFunctionAsync("document.getElementById('save').href.startsWith('blob:') || document.getElementById('save').hidden"
                + " || document.getElementById('connection').textContent !== ''");
            if (await page.IsVisibleAsync("#path")) Assert.Contains("report.html", await page.InnerTextAsync("#path"), StringComparison.Ordinal);
            Assert.Contains("Parameters: ", await node.InnerTextAsync("#lines"), StringComparison.Ordinal);
            Assert.StartsWith("Finished. ", await page.InnerTextAsync("#status"), StringComparison.Ordinal);
            await Browser.AssertAccessibleAsync(page, "run-finished");
            await Browser.AssertAccessibleAsync(node, "node-finished");
            Assert.Empty(browser.Problems);
        });
    }

    /// <summary>The first thing that the tabulator reaches leads past the head of the page, and works.</summary>
    private static async Task TabTo(IPage page, string first)
    {
        await page.Keyboard.PressAsync("Tab");
        Assert.True(await page.EvaluateAsync<bool>("wanted => document.activeElement.matches(wanted)", first));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("curves", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("SUMMARY", await page.EvaluateAsync<string>("document.activeElement.tagName"));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("#charts details[open] td");
    }

    private static async Task Expect(IPage page, string selector, string text) =>
        await page.WaitForFunctionAsync("([selector, text]) => document.querySelector(selector).textContent === text", new[] { selector, text });

    private static async Task AwaitStep(IPage page, long step) =>
        await page.WaitForFunctionAsync("wanted => document.getElementById('progress').value >= wanted", step);

    private static Task<long> StepOf(IPage page) => page.EvaluateAsync<long>("document.getElementById('progress').value");
}
