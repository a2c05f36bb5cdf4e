using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using Xunit;

namespace RnnActors.Cli.Tests.Views;

/// <summary>What programs are told is what the files of the run say.</summary>
public sealed class JsonViewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Steps_are_those_of_the_ledger_and_epochs_those_of_the_losses()
    {
        var folder = new RunFolder(_folder.File("run"));
        var run = await CommandRun.TrainAsync(
            folder.Path, "--epochs", "5", "--set", "training.earlyStopping={\"patience\":2,\"minDelta\":1000}", "--set", "training.schedule=constant");
        Ledger ledger = Ledger.Read(folder.LedgerPath);
        JsonObject[] steps = Of(run, "step"), epochs = Of(run, "epoch");
        Assert.All(steps, step => Assert.Equal(
            (ledger.Steps[(long)step["step"]!].Loss, ledger.Steps[(long)step["step"]!].Norm, ledger.Steps[(long)step["step"]!].Rate),
            ((double)step["loss"]!, (double)step["gradient_norm"]!, (float)step["learning_rate"]!)));

        string[][] losses = [.. File.ReadLines(folder.LossesPath).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(
            losses.Select(line => (line[0], line[1], double.Parse(line[2], CultureInfo.InvariantCulture), double.Parse(line[3], CultureInfo.InvariantCulture))),
            epochs.Select(epoch => ($"{epoch["epoch"]}", $"{epoch["step"]}", (double)epoch["loss"]!, (double)epoch["validation_loss"]!)));

        // Nothing is a thousand better than the first epoch, so it stays the best one, and two more end the run.
        Assert.Equal([true, false, false], epochs.Select(epoch => (bool)epoch["is_best"]!));
        JsonNode best = run.Last["best"]!;
        Assert.Equal(((long)epochs[0]["step"]!, 1, (double)epochs[0]["validation_loss"]!),
            ((long)best["step"]!, (int)best["epoch"]!, (double)best["validation_loss"]!));
        Assert.Equal((3, (long)epochs[2]["step"]!), ((int)run.Last["epochs"]!, (long)run.Last["steps"]!));

        double[] seconds = [.. steps.Select(step => (double)step["seconds"]!)];
        Assert.Equal(seconds.Order(), seconds);
        Assert.All(seconds, elapsed => Assert.True(elapsed > 0));
        Assert.All(steps, step => Assert.True(step["seconds_left"] is null || (double)step["seconds_left"]! >= 0));
    }

    /// <summary>The interval's coverage is the share of the actual values between the bounds that the predictions have.</summary>
    [Fact]
    public async Task Intervals_hold_as_much_as_the_file_of_predictions_says()
    {
        var folder = new RunFolder(_folder.File("run"));
        var run = await CommandRun.OfAsync(["train", "--json", "--out", folder.Path, .. CommandRun.Tiny]);
        string[][] lines = [.. File.ReadLines(folder.PredictionsPath).Select(line => line.TrimEnd().Split(','))];
        foreach (JsonNode? interval in run.Last["intervals"]!.AsArray())
        {
            string level = string.Create(CultureInfo.InvariantCulture, $"{100 * (double)interval!["level"]!:0}");
            int lower = Column($"lower{level}"), upper = Column($"upper{level}"), actual = Array.IndexOf(lines[0], "x");
            (double A, double L, double U)[] rows = [.. lines[1..].Where(line => line[actual].Length > 0)
                .Select(line => (Number(line[actual]), Number(line[lower]), Number(line[upper])))];
            Assert.Equal(rows.Count(row => row.L <= row.A && row.A <= row.U) / (double)rows.Length, (double)interval["coverage"]!, 0.02);
            Assert.Equal(rows.Average(row => row.U - row.L), (double)interval["width"]!, 0.02 * rows.Average(row => row.U - row.L));
        }

        int Column(string end) => Array.FindIndex(lines[0], name => name.EndsWith(end, StringComparison.Ordinal)) is >= 0 and var found ? found
            : throw new InvalidOperationException($"no column {end} in {string.Join(",", lines[0])}");

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Rows are the truth: a class's recall is its own count over its row's, and its precision over its column's.</summary>
    [Fact]
    public async Task Counts_of_classes_are_the_truth_by_rows()
    {
        string data = _folder.Write("a.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 240).Select(
            i => $"{(i % 3 == 0 ? "rain wind" : i % 5 == 0 ? "rain" : "sun")} {i % 7}\t{(i % 4 == 0 ? "bad" : i % 3 == 0 ? "so" : "good")}\n")));
        var run = await CommandRun.OfAsync(
            "train", data, "--json", "--no-plot", "--out", _folder.File("run"), "--epochs", "3", "--set", "data.split={\"validation\":0.2,\"test\":0.4}");
        JsonNode confusion = run.Last["confusion"]!;
        string[] labels = [.. confusion["labels"]!.AsArray().Select(label => (string)label!)];
        long[][] counts = [.. confusion["counts"]!.AsArray().Select(row => row!.AsArray().Select(count => (long)count!).ToArray())];
        Assert.Contains(Enumerable.Range(0, labels.Length), c => counts[c].Sum() != counts.Sum(row => row[c]));
        for (int c = 0; c < labels.Length; c++)
        {
            JsonNode own = run.Last["breakdown"]![labels[c]]!;
            Assert.Equal(counts[c].Sum(), (double)own["support"]!);
            Assert.Equal(Share(counts[c][c], counts[c].Sum()), (double)own["recall"]!, 1e-9);
            Assert.Equal(Share(counts[c][c], counts.Sum(row => row[c])), (double)own["precision"]!, 1e-9);
        }

        static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
    }

    private static JsonObject[] Of(CommandRun run, string happened) => [.. run.Lines.Where(line => (string?)line["event"] == happened)];
}
