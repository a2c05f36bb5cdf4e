using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Browsers;

/// <summary>A Chromium of Debian's, driven by Playwright. What a page's script fails at fails the test.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>The folder that pictures of pages are put into, for people; null for none.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("RNNACTORS_SCREENSHOTS");

    private static readonly string? Program = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"])
        .FirstOrDefault(File.Exists);

    /// <summary>Conformance with WCAG 2.2, levels A and AA.</summary>
    private static readonly AxeRunOptions Rules = new() { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa") };

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>What scripts of pages have failed at.</summary>
    public List<string> Problems { get; } = [];

    /// <exception cref="SkipException">There is no Chromium.</exception>
    public static async Task<Browser> StartAsync()
    {
        Skip.If(Program is null, "There is no Chromium.");
        var playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync",
            ],
        }));
    }

    public async Task<IPage> OpenAsync(Uri address, bool isDark = false, int width = 1280)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            BypassCSP = true, // axe is put into the page
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)ProcessRun.Patience.TotalMilliseconds);
        page.PageError += (_, error) => Problems.Add(error);
        page.Console += (_, said) =>
        {
            // A page whose server has ended tries again, and says so here.
            if (said.Type == "error" && !said.Text.Contains("ERR_", StringComparison.Ordinal)) Problems.Add(said.Text);
        };
        await page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>Holds a page to WCAG's rules, as far as a program can judge, in both colour schemes and as a phone shows it.</summary>
    /// <param name="name">Of its pictures.</param>
    public static async Task AssertAccessibleAsync(IPage page, string name)
    {
        foreach (bool isDark in (bool[])[false, true])
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
            foreach (int width in (int[])[1280, 800, 390])
            {
                await page.SetViewportSizeAsync(width, 900);
                string look = $"{name}-{width}-{(isDark ? "dark" : "light")}";
                await KeepAsync(page, look);
                await FitsAsync(page, look);
                if (width == 800) continue;
                var found = (await page.RunAxe(Rules)).Violations;
                Assert.True(found.Length == 0, $"{look}: " + string.Join('\n', found.Select(one => $"{one.Id}: {one.Help}\n"
                    + string.Join('\n', one.Nodes.Take(5).Select(node => $"  {node.Html} {string.Join(' ', node.Any.Select(check => check.Message))}")))));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>Pictures follow the width of the window a moment later.</summary>
    private static async Task FitsAsync(IPage page, string look)
    {
        try
        {
            await page.WaitForFunctionAsync("document.documentElement.scrollWidth <= innerWidth");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{look} is wider than the window");
        }
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        if (Pictures is null) return;
        await page.WaitForTimeoutAsync(300); // curves are drawn anew for another width
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = true });
    }
}
