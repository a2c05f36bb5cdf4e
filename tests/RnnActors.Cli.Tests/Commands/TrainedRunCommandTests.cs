using System.Globalization;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary><c>evaluate</c>, <c>predict</c> and <c>inspect</c> of a run that was trained once.</summary>
public sealed class TrainedRunCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _run = "", _data = "";
    private CommandRun _trained = new(0, "", "");

    public async Task InitializeAsync()
    {
        _run = _folder.File("run");
        string rows = string.Join('\n', Enumerable.Range(0, 600).Select(row => string.Create(
            CultureInfo.InvariantCulture, $"{new DateTime(2024, 1, 1).AddDays(row):yyyy-MM-dd},{Math.Sin(row / 5.0):F4}")));
        _data = _folder.Write("wave.csv", $"day,height\n{rows}\n");
        _trained = await CommandRun.OfAsync(["train", _data, "--json", "--no-plot", "--out", _run, .. CommandRun.Tiny]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluating_a_run_gives_the_figures_that_training_ended_with()
    {
        var evaluated = await CommandRun.OfAsync("evaluate", _run, "--json");

        Assert.Equal(0, evaluated.Code);
        Assert.Equal(_trained.Parameters, evaluated.Parameters);
        foreach (string key in (string[])["metrics", "baselines", "rows"])
            Assert.Equal(_trained.Last[key]!.ToJsonString(), evaluated.Last[key]!.ToJsonString());
    }

    [Fact]
    public async Task Another_file_is_evaluated_on_all_its_windows()
    {
        var evaluated = await CommandRun.OfAsync("evaluate", _run, _data, "--json");

        Assert.Contains("593 windows", (string)evaluated.Last["rows"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predicting_gives_the_days_after_the_last_as_CSV()
    {
        var predicted = await CommandRun.OfAsync("predict", _run);
        string[] lines = predicted.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(0, predicted.Code);
        Assert.Equal(["day,height,height_lower80,height_upper80,height_lower95,height_upper95", "2025-08-23", "2025-08-24"],
            [lines[0].TrimEnd(), .. lines[1..].Select(line => line.Split(',')[0])]);
        Assert.All(lines[1..], line => Assert.InRange(double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture), -3, 3));

        var written = await CommandRun.OfAsync("predict", _run, _data, "--out", _folder.File("next.csv"));
        Assert.Empty(written.Output);
        Assert.Equal(predicted.Output, File.ReadAllText(_folder.File("next.csv")));
    }

    /// <summary>As from a file: with the training data before it, dates and bounds.</summary>
    [Fact]
    public async Task A_table_comes_by_the_standard_input_too()
    {
        string[] lines = File.ReadAllLines(_data);
        string later = string.Join('\n', [lines[0], .. Enumerable.Range(0, 5).Select(i => $"{new DateTime(2025, 8, 23).AddDays(i):yyyy-MM-dd},0.{i}")]);
        var file = await CommandRun.OfAsync("predict", _run, _folder.Write("later.csv", later));
        var piped = await PipedAsync(later, "predict", _run, "-");
        Assert.Equal((0, file.Output), (piped.Code, piped.Output));
        Assert.Contains("the standard input goes on where the training data end", piped.Error, StringComparison.Ordinal);

        var wrong = await PipedAsync("day,hight\n2024-01-01,1\n2024-01-02,2\n", "predict", _run, "-");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("the standard input: There is no column 'height'", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("standard input is empty", (await PipedAsync("\n", "predict", _run, "-")).Error, StringComparison.Ordinal);

        static async Task<CommandRun> PipedAsync(string text, params string[] args)
        {
            TextReader before = Console.In;
            using StringReader reader = new(text);
            Console.SetIn(reader);
            try
            {
                return await CommandRun.OfAsync(args);
            }
            finally
            {
                Console.SetIn(before);
            }
        }
    }

    [Fact]
    public async Task What_is_written_under_a_name_that_does_not_say_it_is_said()
    {
        string Of(string name) => _folder.File(name);
        Assert.Contains("2 rows to " + Of("a.xyz") + ", as CSV; endings that say otherwise are .csv, .jsonl, .ndjson, .parquet, .npy, .npz",
            (await CommandRun.OfAsync("predict", _run, "--out", Of("a.xyz"))).Error, StringComparison.Ordinal);
        Assert.Contains(", as JSON lines; endings", (await CommandRun.OfAsync("predict", _run, "--json", "--out", Of("b"))).Error, StringComparison.Ordinal);
        Assert.EndsWith("c.csv\n", (await CommandRun.OfAsync("predict", _run, "--out", Of("c.csv"))).Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        var exported = await CommandRun.OfAsync("export", _run, "--onnx", Of("m.xyz"), "--pytorch", Of("m.bin"), "--numpy", Of("m.arr"));
        foreach (string ending in (string[])[".onnx", ".safetensors", ".npz"])
            Assert.Contains($" (in the format of {ending} files, whatever its name)", exported.Output, StringComparison.Ordinal);
        var usual = await CommandRun.OfAsync("export", _run, "--onnx", Of("m.onnx"), "--numpy");
        Assert.DoesNotContain("in the format of", usual.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_are_inspected_with_the_options_of_train()
    {
        string labelled = _folder.Write("some.csv",
            "subject,x,what\n" + string.Concat(Enumerable.Range(0, 120).Select(i => $"{i / 6},{i % 7},{i / 6 % 2}\n")));
        var inspected = await CommandRun.OfAsync("inspect", labelled, "--task", "classify", "--id", "subject", "--label", "what");
        Assert.Equal((0, ""), (inspected.Code, inspected.Error));
        Assert.Contains("\"id\": \"subject\"", inspected.Output, StringComparison.Ordinal);
        var forecast = await CommandRun.OfAsync("inspect", _data, "--target", "height", "--window", "9");
        Assert.Contains("\"window\": 9", forecast.Output, StringComparison.Ordinal);
        var told = await CommandRun.OfAsync("inspect", _data, "--target", "height", "--window", "9", "--units", "3", "--json");
        Assert.Equal(("inspected", 0), ((string?)told.Last["event"], told.Code));
        Assert.NotEqual((int)told.Last["parameter_count"]!,
            (int)(await CommandRun.OfAsync("inspect", _data, "--target", "height", "--units", "4", "--json")).Last["parameter_count"]!);
        var refused = await CommandRun.OfAsync("inspect", _run, "--window", "9");
        Assert.Equal(2, refused.Code);
        Assert.Contains("this is a run", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_and_rows_ahead_are_drawn_as_they_are_chosen()
    {
        var evaluated = await CommandRun.OfAsync("evaluate", _run, "--target", "height", "--horizon", "1");
        Assert.Equal(0, evaluated.Code);
        Assert.Contains("height, forecast 1 row ahead", evaluated.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n +2024-\d\d-\d\d +2024-\d\d-\d\d", evaluated.Output); // the terminal's axis
        Assert.True(new FileInfo(Path.Combine(_run, "forecast.png")).Length > 10_000);
        Assert.Contains("1 row ahead", File.ReadAllText(Path.Combine(_run, "report.html")), StringComparison.OrdinalIgnoreCase);

        var refused = await CommandRun.OfAsync("evaluate", _run, "--target", "hight");
        Assert.Equal(2, refused.Code);
        Assert.Contains("Did you mean height", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.OfAsync("evaluate", _run, "--horizon", "3")).Code);
    }

    [Fact]
    public async Task A_forecast_is_drawn_behind_the_recent_rows()
    {
        string picture = _folder.File("next.png");
        var drawn = await CommandRun.OfAsync("predict", _run, "--rows", "5", "--plot", picture, "--target", "height");
        Assert.Equal(0, drawn.Code);
        Assert.Equal((await CommandRun.OfAsync("predict", _run, "--rows", "5")).Output, drawn.Output);
        Assert.True(new FileInfo(picture).Length > 10_000);

        Assert.Contains("--plot", (await CommandRun.OfAsync("predict", _run, "--target", "height")).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.OfAsync("predict", _run, "--plot", picture, "--series", "s1")).Code);
        Assert.Equal(0, (await CommandRun.OfAsync("predict", _run, "--plot", _folder.File("next.svg"))).Code);
        Assert.StartsWith("<?xml", File.ReadAllText(_folder.File("next.svg")), StringComparison.Ordinal);
        var photograph = await CommandRun.OfAsync("predict", _run, "--plot", _folder.File("next.jpg"));
        Assert.Equal(2, photograph.Code);
        Assert.Contains(".svg", photograph.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_are_drawn_from_a_distribution_and_refused_of_points()
    {
        string student = _folder.File("student");
        Assert.Equal(0, (await CommandRun.OfAsync(["train", _data, "--json", "--no-plot", "--out", student, .. CommandRun.Tiny, "--set",
            "training.loss=studentT"])).Code);

        var drawn = await CommandRun.OfAsync("predict", student, "--paths", "3");
        string[] lines = [.. drawn.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];
        Assert.Equal(["day,path,height", "2025-08-23,1", "2025-08-24,1", "2025-08-23,2", "2025-08-24,2", "2025-08-23,3", "2025-08-24,3"],
            [lines[0], .. lines[1..].Select(line => line[..12])]);
        Assert.Equal(drawn.Output, (await CommandRun.OfAsync("predict", student, "--paths", "3")).Output);

        var refused = await CommandRun.OfAsync("predict", _run, "--paths", "3");
        Assert.Equal(2, refused.Code);
        Assert.Contains("gaussian, studentT, negativeBinomial", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.OfAsync("predict", student, "--paths", "0")).Code);
    }

    [Fact]
    public async Task Counts_are_not_trained_on_scaled_targets()
    {
        var refused = await CommandRun.OfAsync(["train", _data, "--json", "--no-plot", "--out", _folder.File("counts"), .. CommandRun.Tiny, "--set",
            "training.loss=negativeBinomial"]);

        Assert.Equal(2, refused.Code);
        Assert.Contains("data.scale is standard", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_goes_on_being_usable_without_its_data()
    {
        string elsewhere = _folder.File("moved.csv");
        File.Move(_data, elsewhere);

        Assert.Equal(0, (await CommandRun.OfAsync("predict", _run, elsewhere)).Code);
        Assert.Equal(2, (await CommandRun.OfAsync("evaluate", _run)).Code);
    }

    [Fact]
    public async Task Inspecting_a_run_shows_its_step_hash_tensors_and_specification()
    {
        var inspected = await CommandRun.OfAsync("inspect", _run);

        Assert.Equal(0, inspected.Code);
        Assert.Contains(_trained.Parameters, inspected.Output, StringComparison.Ordinal);
        Assert.Contains("state.weight_ih_l0 F32 [", inspected.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n  optimizer\.exp_avg\.…: \d+ tensors of the same shapes\n", inspected.Output);
        Assert.DoesNotContain("exp_avg.state", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("\"learningRate\"", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspecting_a_table_of_several_series_gives_a_command_that_names_their_column()
    {
        string[] rows = [.. new[] { "a", "b" }.SelectMany(shop => Enumerable.Range(1, 28).Select(day => $"{shop},2024-02-{day:00},{day}"))];
        var inspected = await CommandRun.OfAsync("inspect", _folder.Write("shops.csv", "shop,day,sales\n" + string.Join('\n', rows)));

        Assert.Equal(0, inspected.Code);
        Assert.EndsWith("shops.csv --series shop", inspected.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspecting_a_specification_shows_its_defaults_and_the_shapes_of_its_model()
    {
        string specification = _folder.Write("spec.json", """
            { "data": { "path": "wave.csv", "targets": ["height"], "window": 6 }, "task": "forecast", "model": [{ "gru": 3 }, { "dense": "targets" }],
              "training": { "loss": "mse", "optimizer": { "adam": {} } } }
            """);
        var inspected = await CommandRun.OfAsync("inspect", specification);

        Assert.Equal(0, inspected.Code);
        Assert.Contains("weight_hh_l0 [9×3]", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("\"shards\": 8", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_on_a_run_is_answered_with_resume()
    {
        var refused = await CommandRun.OfAsync("train", _run);

        Assert.Equal(2, refused.Code);
        Assert.Contains("resume", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspecting_data_shows_columns_and_a_command_that_works()
    {
        var inspected = await CommandRun.OfAsync("inspect", _data);

        Assert.Contains("600 rows", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("height", inspected.Output, StringComparison.Ordinal);
        Assert.Contains($"rnnactors train {_data}", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_and_the_last_parameters_can_be_asked_for()
    {
        Assert.Equal(0, (await CommandRun.OfAsync("evaluate", _run, "--best")).Code);
        Assert.Equal(_trained.Parameters, (await CommandRun.OfAsync("evaluate", _run, "--last", "--json")).Parameters);
        Assert.Equal(2, (await CommandRun.OfAsync("evaluate", _run, "--last", "--best")).Code);
    }
}
