using System.Text;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>Whatever a user gets wrong is refused before training, with where it is and what to do, and exit code 2.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly string Numbers = string.Join('\n', Enumerable.Range(1, 60));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Tables => new()
    {
        { "empty", "", "empty" },
        { "one row", "price\n1\n", "data.csv" },
        { "ragged line", "price,size\n1,2\n3\n4,5\n", "data.csv:3:" },
        { "text in a column of numbers", $"price\n{Numbers}\nabc\n", "data.csv:62:1" },
        { "not a number", $"price\n{Numbers}\nNaN\n61\n", "data.csv:62:1" },
        { "JSON", $"[\n  {{\"price\": 1, \"day\": 2}},\n  {{\"price\": 2}}\n]\n", "This looks like JSON, not a text table. Give a CSV file" },
        { "JSON lines", "{\"price\": 1, \"day\": 2}\n{\"price\": 1, \"day\": 3}\n", "This looks like JSON" },
        { "Markdown", $"# Prices\n\n| price | size |\n|-------|:----:|\n| 1 | 2 |\n", "This looks like Markdown: its line '|-------|:----:|'" },
        { "too few rows for the window", "price\n1\n2\n3\n4\n5\n6\n7\n8\n", "window" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task A_bad_table_is_refused(string what, string text, string named)
    {
        Assert.NotEmpty(what);
        _folder.Write("data.csv", text);
        await RefusesAsync(named, "train", _folder.File("data.csv"), "--target", "price");
    }

    [Fact]
    public async Task A_missing_column_is_answered_with_the_nearest()
    {
        _folder.Write("data.csv", "price,size\n" + string.Join('\n', Enumerable.Range(1, 60).Select(row => $"{row},1")));
        await RefusesAsync("'price'", "train", _folder.File("data.csv"), "--target", "prise");
    }

    [Fact]
    public async Task Merged_cells_are_named()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 80).Select(row =>
            $"{(row % 40 == 0 ? $"S{row}" : "")},2024-{1 + (row % 40 / 20)}-{1 + (row % 20)},{row * 7 % 50}");
        _folder.Write("data.csv", "store,date,price\n" + string.Join('\n', rows));
        await RefusesAsync("data.csv:42:5", "train", _folder.File("data.csv"), "--target", "price");
        await RefusesAsync("is empty in the rows between, as merged cells are saved", "train", _folder.File("data.csv"), "--target", "price");
        await RefusesAsync("data.csv:3:1: The series of this row is not told", "train", _folder.File("data.csv"), "--target", "price", "--series", "store");
        await RefusesAsync("--fill-down store", "train", _folder.File("data.csv"), "--target", "price", "--series", "store");
        var refused = await CommandRun.OfAsync("train", _folder.File("data.csv"), "--target", "price", "--series", "store");
        Assert.DoesNotContain("--fill-down VALUE", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_of_day_in_a_column_of_their_own_are_no_series()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 96).Select(hour => $"{1 + (hour / 24):00}.01.2024;{hour % 24:00}:00;{hour * 7 % 50}");
        _folder.Write("data.csv", "Datum;von;price\n" + string.Join('\n', rows));
        await RefusesAsync(
            "column 'von' seems to hold the times of day. Set data.time to Datum+von", "train", _folder.File("data.csv"), "--target", "price");
    }

    [Fact]
    public async Task Pairs_of_sentences_whose_translations_recur_are_no_classes()
    {
        string[] said = ["guten Tag", "auf Wiedersehen", "bitte sehr"];
        _folder.Write("pairs.tsv", string.Concat(Enumerable.Range(0, 60).Select(i => $"a sentence of number {i}\t{(i == 57 ? "gute Nacht" : said[i % 3])}\n")));
        await RefusesAsync("or --task translate, if each line is a sentence and its translation", "train", _folder.File("pairs.tsv"),
            "--set", "data.split.test=\"line == 58\"", "--task", "classify");
        _folder.Write("three.tsv", string.Concat(Enumerable.Range(0, 9).Select(i => $"a sentence of number {i}\tein Satz mit Nummer {i}\n")));
        await RefusesAsync("--task translate", "train", _folder.File("three.tsv"), "--task", "classify");
    }

    [Fact]
    public async Task A_second_name_of_a_series_a_row_is_named()
    {
        string line = string.Join(',', Enumerable.Range(1, 60).Select(i => (i * i % 17) + 0.5));
        _folder.Write("data.csv", $"country,code,{string.Join(',', Enumerable.Range(1960, 60))}\nA,X,{line}\nB,Y,{line}\n");
        await RefusesAsync("data.csv:2:3: column 'code' is of texts", "train", _folder.File("data.csv"), "--layout", "rows");
    }

    [Theory]
    [InlineData("--target", "data.targets names column 'V2'")]
    [InlineData("--input", "data.inputs names column 'V2'")]
    [InlineData("--time", "data.time names column 'V2'")]
    public async Task Where_each_row_is_a_series_columns_have_no_names(string option, string message)
    {
        string names = string.Join(',', Enumerable.Range(1, 60).Select(i => $"V{i}"));
        _folder.Write("data.csv", $"id,{names}\na,{Numbers.Replace('\n', ',')}\nb,{Numbers.Replace('\n', ',')}\n");
        await RefusesAsync(message, "train", _folder.File("data.csv"), "--layout", "rows", option, "V2");
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_refused_at_its_place()
    {
        File.WriteAllBytes(_folder.File("data.csv"), [.. Encoding.ASCII.GetBytes("price\n1\n2"), 0xE9, (byte)'\n']);
        await RefusesAsync("data.csv:3:2", "train", _folder.File("data.csv"));
        await RefusesAsync("On the command line: --set data.encoding=VALUE.", "train", _folder.File("data.csv"));
        await RefusesAsync("On the command line: --set data.encoding=VALUE.", "inspect", _folder.File("data.csv"));
        _folder.Write("german.csv", "price\n" + string.Join('\n', Enumerable.Range(1, 60).Select(row => $"\"{row},25\"")));
        await RefusesAsync(", or --culture VALUE.", "train", _folder.File("german.csv"), "--target", "price");
    }

    [Fact]
    public async Task A_file_of_another_kind_is_named()
    {
        File.WriteAllBytes(_folder.File("data.csv"), [0x89, .. "PNG\r\n\0\0\0\0\0"u8]);
        await RefusesAsync("PNG image", "train", _folder.File("data.csv"));
    }

    [Fact]
    public async Task A_missing_file_is_answered_with_the_nearest()
    {
        _folder.Write("prices.csv", "price\n1\n");
        await RefusesAsync("prices.csv", "train", _folder.File("price.csv"));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_with_line_and_column()
    {
        _folder.Write("spec.json", "{\n  \"task\": \"forecast\",\n  \"daat\": {}\n}");
        await RefusesAsync("spec.json:3:3", "train", _folder.File("spec.json"));
    }

    [Theory]
    [InlineData("learningRate", "--set", "training.optimizer.adam.learningRate=0")]
    [InlineData("shards", "--set", "training.batch=4")]
    [InlineData("\"batch\"", "--set", "training.batsh=4")]
    [InlineData("--workers", "--workers", "0")]
    [InlineData("--epochs", "--epochs", "x")]
    [InlineData("--max-steps", "--max-steps", "0")]
    [InlineData("--seed", "--seed", "-1")]
    [InlineData("--window", "--widnow", "5")]
    public async Task A_bad_option_is_refused(string named, string option, string value) => await RefusesAsync(named, "train", option, value);

    [Fact]
    public async Task An_unwritable_folder_is_refused()
    {
        string file = _folder.Write("file", "");
        var refused = await CommandRun.OfAsync(["train", .. CommandRun.Tiny, "--out", Path.Combine(file, "run")]);

        Assert.Equal(2, refused.Code);
        Assert.Contains("--out", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_answered_with_the_nearest() => await RefusesAsync("train", "trian");

    [Fact]
    public async Task No_command_at_all_is_answered_with_all() => await RefusesAsync("resume, evaluate");

    [Fact]
    public async Task A_folder_that_is_no_run_is_refused() => await RefusesAsync("no checkpoint", "resume", _folder.Path);

    [Fact]
    public async Task A_folder_of_runs_is_answered_with_one_of_them()
    {
        await CommandRun.TrainAsync(_folder.File("mine"), "--max-steps", "1");
        await RefusesAsync("mine", "evaluate", _folder.Path);
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_refused() =>
        await RefusesAsync("notes.safetensors", "resume", _folder.Write("notes.safetensors", "to buy: bread, butter, and a good pencil"));

    [Fact]
    public async Task A_loss_that_is_no_number_ends_with_step_shard_and_rows()
    {
        var run = await CommandRun.TrainAsync(_folder.File("run"), "--set", "training.optimizer.adam.learningRate=1e30", "--set", "training.clipNorm=null");

        Assert.Equal(3, run.Code);
        Assert.Equal("error", (string?)run.Last["event"]);
        Assert.Matches("step \\d+, shard \\d+, rows \\d+", run.Error);
    }

    /// <summary>The message is a sentence or two, in one line, with what is named, and without a stack trace.</summary>
    private static async Task RefusesAsync(string named, params string[] args)
    {
        var refused = await CommandRun.OfAsync(args);

        Assert.Equal(2, refused.Code);
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }
}
