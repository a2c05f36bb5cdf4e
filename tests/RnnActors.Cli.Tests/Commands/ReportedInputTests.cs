using System.Text.Json.Nodes;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>
/// Inputs of the kinds that others reported as failing or misleading. Each is a folder of the one that the environment variable <c>RNNACTORS_CASES</c> names,
/// with an <c>EXPECT.txt</c> that says what must come of it. Where the variable is not set, the tests are skipped.
/// </summary>
public sealed class ReportedInputTests : IDisposable
{
    private const string FolderVariable = "RNNACTORS_CASES";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Func<Task>> _known;
    private string _case = "";

    public ReportedInputTests() => _known = new()
    {
        ["bad_message_inputs"] = BadMessagesAsync,
        ["business_days_step"] = BusinessDaysAsync,
        ["day_month"] = DayMonthAsync,
        ["filled_targets_scored"] = FilledTargetsAsync,
        ["future_rows"] = FutureRowsAsync,
        ["gaps_silent"] = GapsAsync,
        ["inputs_left_out"] = InputsLeftOutAsync,
        ["int_date_as_input"] = DatesOfDigitsAsync,
        ["long_format"] = LongFormatAsync,
        ["multi_target"] = SeveralTargetsAsync,
        ["newest_first"] = NewestFirstAsync,
        ["numeric_names"] = NumericNamesAsync,
        ["offset_as_utc"] = OffsetsAsync,
        ["predict_features"] = OtherFeaturesAsync,
        ["three_decimals"] = ThreeDecimalsAsync,
        ["utf16_text"] = Utf16Async,
    };

    private static string? Cases => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    public static TheoryData<string> Folders => Cases is not { } cases
        ? [$"({FolderVariable} is not set)"]
        : [.. Directory.EnumerateDirectories(cases).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public async Task A_reported_input_comes_out_right(string name)
    {
        Skip.If(Cases is null, $"The environment variable {FolderVariable} names no folder of reported inputs.");
        Assert.True(_known.TryGetValue(name, out Func<Task>? check), $"{Path.Combine(Cases, name)} is new: write what its EXPECT.txt demands into this class.");
        _case = Path.Combine(Cases, name);
        await check();
    }

    private async Task BadMessagesAsync()
    {
        CommandRun separated = await TrainedAsync("sep.csv", "--target", "Umsatz", "--epochs", "1");
        Assert.Contains("Umsatz", separated.Output, StringComparison.Ordinal);
        await RefusesAsync("units.csv:2:2: 'degC' in column 'Temp' is not a number; does line 2 belong to the header?", "units.csv", "--target", "Temp");
        await RefusesAsync("lines 2-3 belong to the header?", "yf.csv", "--target", "Close");
        await RefusesAsync("There is no column 'Umsaz'. Did you mean 'Umsatz'", "sep.csv", "--target", "Umsaz");

        // The files of the report that the folder does not hold.
        await RefusesWrittenAsync("swiss.csv:2:1: '1'100.50' in column 'y' is not a finite number", "swiss.csv", "y\n1'100.50\n" + Numbers(), "y");
        await RefusesWrittenAsync("pct.csv:3:1: '0.5%' in column 'y' is not a finite number", "pct.csv", "y\n1\n0.5%\n" + Numbers(), "y");
    }

    private async Task BusinessDaysAsync()
    {
        string[] dates = await ForecastDatesAsync("stock.csv", "--target", "Close", "--window", "10", "--horizon", "5", "--epochs", "1");
        Assert.Equal(["2019-12-03", "2019-12-04", "2019-12-05", "2019-12-06", "2019-12-09"], dates);
    }

    private async Task DayMonthAsync()
    {
        string[] dates = await ForecastDatesAsync("dmy12.csv", "--target", "Sales", "--window", "5", "--epochs", "1");
        Assert.Equal(["01/01/2023"], dates);
    }

    private async Task FilledTargetsAsync()
    {
        CommandRun run = await TrainedAsync("noise_gap.csv", "--target", "y", "--input", "y", "--window", "6", "--epochs", "8", "--set", "data.missing=linear");
        Assert.InRange(run.Last["metrics"]!["r2"]!.GetValue<double>(), -0.15, 0.15);
        foreach ((_, JsonNode? rival) in run.Last["baselines"]!.AsObject()) Assert.True(rival!["r2"]!.GetValue<double>() < 0.15);
        Assert.Contains(
            "Target values that nobody observed, neither trained on nor scored: train 419, validation 60, test 120", run.All, StringComparison.Ordinal);
    }

    private async Task FutureRowsAsync()
    {
        string[] options = ["--target", "sales", "--known", "promo", "--window", "14", "--epochs", "1"];
        Assert.Equal(["2024-07-19"], await ForecastDatesAsync("future.csv", options));
        CommandRun filled = await TrainedAsync("future.csv", [.. options, "--set", "data.missing=previous"]);
        Assert.InRange(filled.Last["baselines"]!["last_value"]!["mae"]!.GetValue<double>(), 8, 15); // 3.7 where copies of the last value are scored
    }

    private async Task GapsAsync()
    {
        const string said = "The usual step is 1:00:00; 3 gaps of 51 missing rows, the largest 49 hours behind line 199.";
        CommandRun seen = await CommandRun.OfAsync("inspect", Input("gap.csv"));
        Assert.Equal(0, seen.Code);
        Assert.Contains(said, OneLine(seen.All), StringComparison.Ordinal);
        Assert.Contains("--gaps insert", OneLine(seen.All), StringComparison.Ordinal);
        CommandRun run = await TrainedAsync("gap.csv", "--target", "kw", "--window", "24", "--season", "24", "--horizon", "6", "--epochs", "1");
        Assert.Contains(said, run.All, StringComparison.Ordinal);
    }

    private async Task InputsLeftOutAsync() =>
        await RefusesAsync("dash_first.csv:2:7: '-' in column 'rain' is not a finite number", "dash_first.csv", "--target", "load", "--window", "5");

    private async Task DatesOfDigitsAsync()
    {
        string[] options = ["--target", "sales", "--window", "7", "--epochs", "1"];
        Assert.Equal(["20231028"], await ForecastDatesAsync("intdate.csv", options));
        CommandRun told = await CommandRun.OfAsync(["train", Input("intdate.csv"), "--no-plot", "--out", _folder.File("told"), .. options]);
        Assert.Contains("from 7 rows of 1 column;", OneLine(told.Output), StringComparison.Ordinal);
    }

    private async Task LongFormatAsync()
    {
        await RefusesAsync("the file seems to hold several series (store = 1, 2, 3). Name their column with --series store", "long.csv", "--target", "sales",
            "--window", "7");
        string[] dates = await ForecastDatesAsync("long.csv", "--target", "sales", "--series", "store", "--window", "7", "--horizon", "2", "--epochs", "1");
        Assert.Equal(["2023-03-02", "2023-03-03", "2023-03-02", "2023-03-03", "2023-03-02", "2023-03-03"], dates);
    }

    private async Task SeveralTargetsAsync()
    {
        CommandRun run = await TrainedAsync(
            "multi.csv", "--target", "b", "--target", "a", "--window", "10", "--horizon", "4", "--season", "7", "--epochs", "2");
        double[] each = [.. run.Last["breakdown"]!.AsObject().Select(target => target.Value!["r2"]!.GetValue<double>())];
        Assert.Equal(2, each.Length);
        Assert.Equal(each.Average(), run.Last["metrics"]!["r2"]!.GetValue<double>(), 1e-9);
        Assert.InRange(run.Last["baselines"]!["last_value"]!["r2"]!.GetValue<double>(), 0.8448, 0.8449); // the mean of 0.9151 and 0.7746
        Assert.InRange(run.Last["baselines"]!["last_value"]!["breakdown"]!["b"]!["r2"]!.GetValue<double>(), 0.9150, 0.9152);
    }

    private async Task NewestFirstAsync()
    {
        string[] dates = await ForecastDatesAsync("newest_first.csv", "--target", "Close", "--window", "10", "--horizon", "3", "--epochs", "1");
        Assert.Equal(["2019-12-03", "2019-12-04", "2019-12-05"], dates);
    }

    private async Task NumericNamesAsync()
    {
        CommandRun run = await TrainedAsync("electricity.csv", "--target", "OT", "--max-steps", "2");
        Assert.Contains("Line 1 is read as the names of the columns, though '0' is a number", run.All, StringComparison.Ordinal);
    }

    private async Task OffsetsAsync()
    {
        string[] dates = await ForecastDatesAsync("offset.csv", "--time", "time", "--target", "load", "--window", "24", "--horizon", "3", "--max-steps", "2");
        Assert.Equal(["2023-11-07T01:00:00+01:00", "2023-11-07T02:00:00+01:00", "2023-11-07T03:00:00+01:00"], dates);
    }

    private async Task ThreeDecimalsAsync()
    {
        await RefusesAsync("fuel.csv:2:12: '1,447' in column 'Preis' may be 1.447 or 1447. Set data.culture to de-DE", "fuel.csv", "--target", "Preis");
        CommandRun run = await TrainedAsync("fuel.csv", "--target", "Preis", "--culture", "de-DE", "--window", "7", "--epochs", "1");
        CommandRun forecast = await CommandRun.OfAsync("predict", _folder.File("run"));
        Assert.Matches("\n[0-9-]+,1\\.[4-9]", forecast.Output);
        Assert.Equal(0, run.Code);
    }

    private async Task Utf16Async()
    {
        CommandRun run = await TrainedAsync("u16.txt", "--steps", "16", "--max-steps", "3", "--units", "8");
        Assert.Equal(3, run.Last["steps"]!.GetValue<int>());
    }

    /// <summary>What <c>Program.cs</c> of the folder does, in today's words.</summary>
    private Task OtherFeaturesAsync()
    {
        Assert.True(File.Exists(Input("Program.cs")));
        OtherFeatures.AreRefusedEverywhere(_folder.File("model.safetensors"));
        return Task.CompletedTask;
    }

    private string Input(string file) => Path.Combine(_case, file);

    private static string OneLine(string text) => text.Replace("\n", " ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal);

    private static string Numbers() => string.Join('\n', Enumerable.Range(1, 60));

    private async Task<CommandRun> TrainedAsync(string file, params string[] options)
    {
        string run = _folder.File("run");
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        CommandRun trained = await CommandRun.OfAsync(["train", Input(file), "--json", "--no-plot", "--out", run, .. options]);
        Assert.True(trained.Code == 0, trained.All);
        return trained;
    }

    /// <summary>The dates that <c>predict</c> writes after a training.</summary>
    private async Task<string[]> ForecastDatesAsync(string file, params string[] options)
    {
        await TrainedAsync(file, options);
        CommandRun forecast = await CommandRun.OfAsync("predict", _folder.File("run"));
        Assert.Equal(0, forecast.Code);
        string[] lines = forecast.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[][] rows = [.. lines.Select(line => line.Split(','))];
        int date = Array.FindIndex(rows[0], name => name is "date" or "Date" or "Datum" or "time");
        return [.. rows.Skip(1).Select(row => row[date])];
    }

    private async Task RefusesAsync(string says, string file, params string[] options) =>
        AssertRefused(says, await CommandRun.OfAsync(["train", Input(file), "--out", _folder.File("refused"), .. options]));

    private async Task RefusesWrittenAsync(string says, string file, string text, string target) =>
        AssertRefused(says, await CommandRun.OfAsync("train", _folder.Write(file, text), "--target", target, "--out", _folder.File("refused")));

    private static void AssertRefused(string says, CommandRun run)
    {
        Assert.True(run.Code == 2, run.All);
        Assert.Contains(says, OneLine(run.Error), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.All, StringComparison.Ordinal);
    }
}
