using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RnnActors.Cli.Display;
using RnnActors.Cli.Pages;
using RnnActors.Runs.Stories;
using Xunit;

namespace RnnActors.Cli.Tests.Pages;

public sealed partial class RunPageTests : IDisposable
{
    private static readonly HttpClient Client = new();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_is_followed_to_its_end_by_one_who_stays_and_one_who_comes_again()
    {
        using var output = new AwaitedOutput();
        var training = Program.RunAsync(
            ["train", "--page", "--json", "--out", _folder.File("run"), .. CommandRun.Tiny, "--epochs", "150"], Terminal.ToWriters(output, output));
        var page = await output.Address;
        PageReader stays = new(), leaves = new();
        var report = new TaskCompletionSource<string>();
        var staying = stays.ReadAsync(Client, page, seen: frame =>
        {
            if (frame["end"] is not null)
                Client.GetStringAsync(new Uri(page, "report.html")).ContinueWith(text => report.SetResult(text.Result), TaskScheduler.Default);
        });
        await leaves.ReadAsync(Client, page, max: 1);
        await staying;
        await leaves.ReadAsync(Client, page, lastEvent: (string?)leaves.Frames[0]["number"]?.ToString());
        Assert.Equal(File.ReadAllText(_folder.File("run/report.html")), await report.Task);
        output.LetEnd();
        Assert.Equal(0, await training);

        var story = StoryFile.Read(_folder.File("run/story.json"))!;
        Assert.All((PageReader[])[stays, leaves], reader =>
        {
            Assert.Equal(story.Curves.Select(curve => curve.Key).Order(), reader.Curves.Order());
            Assert.All(story.Curves, reader.AssertShows);
            Assert.Equal("finished", (string?)reader.Frames[^1]["phase"]);
            Assert.Equal(story.Verdict!.Headline, (string?)reader.End!["headline"]);
            Assert.Equal(1500, (int)reader.Frames.Last(frame => frame["status"] is not null)["status"]!["step"]!);
        });
        Assert.True((bool)leaves.Frames[^1]["isWhole"]!);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync(page));
    }

    [Fact]
    public async Task Who_reads_is_told_the_end_before_the_page_goes_away()
    {
        var page = (await RunPage.OpenAsync(Terminal.ToWriters(TextWriter.Null, TextWriter.Null), 0, json: false))!;
        var reader = new PageReader();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = reader.ReadAsync(Client, page.Address, seen: _ => begun.TrySetResult());
        await begun.Task;
        await page.DisposeAsync();
        await reading;
        Assert.Equal("The run has ended before its last step.", (string?)reader.End!["headline"]);
    }

    [Fact]
    public async Task All_that_the_page_needs_is_on_it_and_nothing_is_let_in()
    {
        await using var page = (await RunPage.OpenAsync(Terminal.ToWriters(TextWriter.Null, TextWriter.Null), 0, json: false))!;
        Assert.True(page.Address.IsLoopback);
        foreach (string path in PageAssets.Paths)
        {
            using var answer = await Client.GetAsync(new Uri(page.Address, path));
            string text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
                answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            if (path == "/uplot.licence.txt") continue;
            Assert.DoesNotMatch(@"(?<!/\*! )https?://", text); // uPlot's first line names where it comes from
            if (path is "/live.js" or "/charts.js") Assert.DoesNotMatch(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text);
            if (path != "/") continue;
            Assert.DoesNotMatch(@"<style|\sstyle=|\son\w+=|<script(?! src=)", text);
            Assert.All(Links().Matches(text).Select(match => match.Groups[1].Value), link => Assert.NotNull(PageAssets.Find("/" + link)));
            foreach (Match id in Ids().Matches(System.Text.Encoding.UTF8.GetString(PageAssets.Find("/live.js")!.Content)))
                Assert.Contains($"id=\"{id.Groups[1].Value}\"", text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(new Uri(page.Address, "report.html"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(new Uri(page.Address, "../story.json"))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Client.PostAsync(page.Address, null)).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, page.Address) { Headers = { Host = "rebound.example" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await Client.SendAsync(foreign)).StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_or_none_is_refused_before_anything_is_written()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = await CommandRun.TrainAsync(_folder.File("run"), "--page", $"{((IPEndPoint)other.LocalEndpoint).Port}");
        var wrong = await CommandRun.TrainAsync(_folder.File("run"), "--page", "70000");
        var folds = await CommandRun.TrainAsync(_folder.File("run"), "--page", "0", "--folds", "2");

        Assert.Equal((2, 2, 2), (taken.Code, wrong.Code, folds.Code));
        Assert.Contains("another program listens there", taken.Error, StringComparison.Ordinal);
        Assert.Contains("it must be a port from 0 to 65535", wrong.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [GeneratedRegex("(?:src|href)=\"([^\"#:]+)\"")]
    private static partial Regex Links();

    [GeneratedRegex("\\bat\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Ids();
}
