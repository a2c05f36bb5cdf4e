using RnnActors.Data.Findings;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using Xunit;

namespace RnnActors.Data.Tests.Findings;

/// <summary>A mistake is planted into data that have none, and it is found, alone.</summary>
public sealed class FindingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Nothing_is_said_of_data_that_are_well()
    {
        Assert.Empty(OfTable(""));
        Assert.Empty(OfSentences());
        PreparedTask built = RunSpecification.ForDataFile(null) is var example ? example.Task.Prepare(example.Data, "", example.Training) : null!;
        Assert.Empty(built.Examine(example.Training));
    }

    [Theory]
    [InlineData("target_in_inputs", FindingSeverity.Problem, "y 1 row later", "y[t+1]")]
    [InlineData("target_in_inputs", FindingSeverity.Problem, "y 3 rows later", "100-4*y[t+3]")]
    [InlineData("target_in_inputs", FindingSeverity.Problem, "y 9 rows later", "y[t+9]")]
    [InlineData("target_copy", FindingSeverity.Note, "in the same row", "2*y[t]+7")]
    [InlineData("constant_column", FindingSeverity.Warning, "planted has one value", "5")]
    [InlineData("equal_columns", FindingSeverity.Note, "x and planted", "1000-3*x[t]")]
    public void A_planted_column_is_found(string key, FindingSeverity severity, string words, string formula)
    {
        Finding found = Assert.Single(OfTable(formula));
        Assert.Equal((key, severity), (found.Key, found.Severity));
        Assert.Contains(words, found.What, StringComparison.Ordinal);
        Assert.Contains("planted", found.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y[t-1]")]
    [InlineData("y[t]+x[t]")]
    public void What_the_past_says_is_no_mistake(string formula) => Assert.Empty(OfTable(formula));

    [Fact]
    public void A_target_that_anybody_can_go_on_with_is_no_leak()
    {
        string rows = string.Concat(Enumerable.Range(0, 300).Select(t => FormattableString.Invariant($"{t},{3 * t},{(t * 7919 % 101) - (t % 7)}\n")));
        Assert.DoesNotContain(OfForecast("count,y,x\n" + rows), finding => finding.Key == "target_in_inputs");
    }

    [Fact]
    public void A_target_that_never_changes_is_found()
    {
        string rows = string.Concat(Enumerable.Range(0, 200).Select(t => FormattableString.Invariant($"4,{t * 7919 % 101}\n")));
        Assert.Equal(("constant_target", FindingSeverity.Problem), OfForecast("y,x\n" + rows).Select(found => (found.Key, found.Severity)).First());
    }

    [Fact]
    public void Test_rows_from_a_file_that_begins_before_training_ends_are_found()
    {
        string Rows(int first, int count) => "date,y\n" + string.Concat(Enumerable.Range(first, count).Select(
            t => FormattableString.Invariant($"{new DateTime(2020, 1, 1).AddDays(t):yyyy-MM-dd},{t * 7919 % 101}\n")));
        string train = Write("a.csv", Rows(100, 200));
        Finding[] Of(string test) => Examine(RunSpecification.ForDataFile(train,
            ["data.targets=[\"y\"]", "data.window=6", "data.horizon=2", $"data.test=\"{test}\"", "data.split.test=0"]));
        Finding found = Assert.Single(Of(Write("before.csv", Rows(50, 60))));
        Assert.Equal(("split_mixes_time", FindingSeverity.Warning), (found.Key, found.Severity));
        Assert.Empty(Of(Write("after.csv", Rows(300, 60))));
    }

    [Fact]
    public void A_class_that_a_part_lacks_is_found()
    {
        Finding found = Assert.Single(OfSentences(label: i => i % 9 == 0 && i % 5 != 4 ? "rare" : i % 2 == 0 ? "good" : "bad"));
        Assert.Equal(("class_missing", FindingSeverity.Warning), (found.Key, found.Severity));
        Assert.Contains("class rare has no row in the test part", found.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(25, FindingSeverity.Warning)]
    [InlineData(10, null)]
    public void A_class_that_hardly_stands_beside_the_largest_is_found(int every, FindingSeverity? severity)
    {
        Finding[] found = OfSentences(label: i => (i / 5) % every == 0 ? "rare" : "usual", rows: 500);
        Assert.Equal(severity, found.SingleOrDefault()?.Severity);
        if (severity is not null) Assert.Equal("class_imbalance", found[0].Key);
    }

    [Fact]
    public void Weights_for_classes_answer_their_imbalance() =>
        Assert.Empty(OfSentences(label: i => (i / 5) % 25 == 0 ? "rare" : "usual", rows: 500,
            changes: "training.loss={\"crossEntropy\":{\"classWeights\":[25,1]}}"));

    [Fact]
    public void Test_sentences_of_unknown_words_alone_are_found()
    {
        Finding found = Assert.Single(OfSentences(text: i => i % 10 == 4 ? $"unheard{i}" : null));
        Assert.Equal(("empty_rows", FindingSeverity.Warning), (found.Key, found.Severity));
        Assert.Contains("50 %", found.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_stands_in_the_text_is_found()
    {
        Finding found = Assert.Single(OfSentences(text: i => $"this film is {(i % 2 == 0 ? "good" : "bad")} take{i % 7}"));
        Assert.Equal(("target_in_inputs", FindingSeverity.Problem), (found.Key, found.Severity));
    }

    [Fact]
    public void Speakers_of_both_parts_are_found_unless_they_are_kept_together()
    {
        Finding found = Assert.Single(OfSentences(speaker: true));
        Assert.Equal(("split_mixes_groups", FindingSeverity.Note), (found.Key, found.Severity));
        Assert.Contains("4 of 4 values of \"speaker\"", found.What, StringComparison.Ordinal);
        Assert.Empty(OfSentences(speaker: true, changes: "data.groupBy=\"speaker\"", test: "group % 4 == 0"));
    }

    [Fact]
    public void A_column_of_a_series_that_is_its_label_is_found()
    {
        string Row(int series, int step, bool isPlanted) =>
            FormattableString.Invariant($"{series},{"xy"[series % 2]},{series * step % 7},{(isPlanted ? series % 2 : series * (step + 3) % 5)}\n");
        string Table(bool isPlanted) =>
            "id,label,a,b\n" + string.Concat(Enumerable.Range(0, 200).Select(i => Row(i / 5, i % 5, isPlanted)));
        Finding[] Of(bool isPlanted) =>
            Examine(RunSpecification.ForDataFile(Write("series.csv", Table(isPlanted)), ["data.id=\"id\"", "data.label=\"label\""]));
        Assert.Empty(Of(false));
        Assert.Equal(("target_in_inputs", FindingSeverity.Problem), Of(true).Select(found => (found.Key, found.Severity)).Single());
    }

    /// <summary>A target and an input that are no functions of one another, and perhaps a planted column.</summary>
    private Finding[] OfTable(string formula)
    {
        var random = new Random(5);
        double[] y = [.. Enumerable.Range(0, 420).Select(t => Math.Round((10 * Math.Sin(t / 3.0)) + (4 * random.NextDouble()), 3))];
        double[] x = [.. y.Select((_, t) => Math.Round((5 * Math.Cos(t / 5.0)) + random.NextDouble(), 3))];
        double Planted(int t) => formula switch
        {
            "y[t+1]" => y[t + 1],
            "100-4*y[t+3]" => 100 - (4 * y[t + 3]),
            "y[t+9]" => y[t + 9],
            "2*y[t]+7" => (2 * y[t]) + 7,
            "5" => 5,
            "1000-3*x[t]" => 1000 - (3 * x[t]),
            "y[t-1]" => y[Math.Max(0, t - 1)],
            "y[t]+x[t]" => y[t] + x[t],
            _ => throw new ArgumentException(formula),
        };
        string header = formula.Length == 0 ? "y,x\n" : "y,x,planted\n";
        return OfForecast(header + string.Concat(Enumerable.Range(0, 400).Select(
            t => formula.Length == 0 ? FormattableString.Invariant($"{y[t]},{x[t]}\n") : FormattableString.Invariant($"{y[t]},{x[t]},{Planted(t)}\n"))));
    }

    private Finding[] OfForecast(string table) =>
        Examine(RunSpecification.ForDataFile(Write("table.csv", table), ["data.targets=[\"y\"]", "data.window=8", "data.horizon=3", "data.inputs=[\"*\"]"]));

    /// <summary>Every fifth sentence is for tests.</summary>
    private Finding[] OfSentences(
        Func<int, string>? label = null, Func<int, string?>? text = null, bool speaker = false, int rows = 100, string? changes = null,
        string test = "line % 5 == 1")
    {
        string[] words = ["a", "film", "of", "some", "length", "and", "music"];
        string Row(int i) => (text?.Invoke(i) ?? string.Join(' ', Enumerable.Range(0, 4).Select(n => words[(i * (n + 3)) % 7])))
            + $"\t{label?.Invoke(i) ?? (i % 2 == 0 ? "good" : "bad")}"
            + (speaker ? $"\t{"abcd"[i / 7 % 4]}" : "") + "\n";
        string path = Write("a.tsv", $"text\tlabel{(speaker ? "\tspeaker" : "")}\n" + string.Concat(Enumerable.Range(0, rows).Select(Row)));
        string[] keys = ["data.text=\"text\"", "data.label=\"label\"", $"data.split.test=\"{test}\"", "data.split.validation=0", "training.earlyStopping=null"];
        return Examine(RunSpecification.ForDataFile(path, changes is null ? keys : [.. keys, changes]));
    }

    private static Finding[] Examine(RunSpecification specification) =>
        [.. specification.Task.Prepare(specification.Data, specification.BaseDirectory, specification.Training).Examine(specification.Training)];

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
