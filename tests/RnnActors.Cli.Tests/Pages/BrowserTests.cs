using System.Diagnostics;
using System.Text.RegularExpressions;
using RnnActors.Cli.Display;
using RnnActors.Cli.Pages;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Cli.Tests.Pages;

/// <summary>The page in a real browser, where Chromium is installed.</summary>
public sealed class BrowserTests : IDisposable
{
    private const string Evil = "<img src=x onerror=\"document.title='taken over'\">";

    private static readonly string? Chromium = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"])
        .FirstOrDefault(File.Exists);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task The_browser_shows_curves_machines_events_and_the_end_and_runs_nothing_of_the_users()
    {
        Skip.If(Chromium is null, "There is no Chromium.");
        var recorder = new StoryRecorder(new RunOverview(PreparedRun.Create(Evil, RunSpecification.ForDataFile(null)), new RunFolder(_folder.File("run"))));
        // From 1 down to 1e-7: the axis is logarithmic, and begins at no power of ten.
        for (int step = 1; step <= 3000; step++)
        {
            double loss = Math.Pow(10, -7.0 * step / 3000) * 0.96;
            recorder.Observe(new StepDone(TrainingProgress.Start with { Step = step }, loss, 3 * loss, 0.01f / step,
                100)
            { Elapsed = TimeSpan.FromMilliseconds(10 * step) });
            if (step % 100 == 0) recorder.Observe(new EpochDone(TrainingProgress.Start with { Step = step, Epoch = step / 100 }, loss, 2 * loss, null, true));
            if (step % 100 == 0) recorder.Observe(new CheckpointSaved(step, $"step-{step}", "hash"));
        }

        recorder.Observe(new WorkersJoined(Evil, 4));
        recorder.Observe(new WorkersLost(Evil, 4, "it was killed"));
        await using var page = (await RunPage.OpenAsync(Terminal.ToWriters(TextWriter.Null, TextWriter.Null), 0, json: false))!;
        page.Report = _folder.Write("report.html", "<p>report");
        page.Feed.Open(recorder);
        page.Feed.End(PagePhase.Finished, new PageEnd(Evil, ["Why."], "better", "report.html"));
        string dom = await ShowAsync(page.Address);

        Assert.Contains("id=\"save\" download=\"report.html\" href=\"blob:", dom, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"headline\">&lt;img src=x", dom, StringComparison.Ordinal);
        Assert.Contains("<h1 id=\"name\">&lt;img src=x", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<title>taken over", dom, StringComparison.Ordinal);
        foreach (string chart in (string[])["Loss by step: batches 9.6e-8", "Learning rate by step", "Gradient norm by step", "Speed by step"])
            Assert.Matches($"class=\"canvas\" role=\"img\" aria-label=\"{Regex.Escape(chart)}", dom);
        Assert.Equal(4, Regex.Count(dom, "<canvas"));
        Assert.Matches("<li class=\"lost\"><strong>&lt;img", dom);
        Assert.Contains("30 checkpoints, the last:", dom, StringComparison.Ordinal);
        Assert.Contains("id=\"status\" class=\"unseen\" role=\"status\" aria-live=\"polite\">Finished. ", dom, StringComparison.Ordinal);
    }

    /// <summary>The page's elements after it has run.</summary>
    private async Task<string> ShowAsync(Uri address)
    {
        using var browser = Process.Start(new ProcessStartInfo(Chromium!)
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={_folder.File("profile")}", "--virtual-time-budget=3000", "--dump-dom",
                address.ToString(),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            var errors = browser.StandardError.ReadToEndAsync(limit.Token);
            string dom = await browser.StandardOutput.ReadToEndAsync(limit.Token);
            await browser.WaitForExitAsync(limit.Token);
            await errors;
            return dom;
        }
        finally
        {
            if (!browser.HasExited)
            {
                browser.Kill(entireProcessTree: true);
                await browser.WaitForExitAsync();
            }
        }
    }
}
