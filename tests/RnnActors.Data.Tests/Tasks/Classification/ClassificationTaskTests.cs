using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Examples;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Classification;

public sealed class ClassificationTaskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_table_of_sentences_is_recognised_and_its_columns_are_found()
    {
        string path = Write("reviews.csv",
            "id,rating,review\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{(i % 2 == 0 ? "good" : "bad")},a film that is number {i}\n")));
        var specification = RunSpecification.ForDataFile(path);
        Assert.Equal("classify", specification.Task.Name);
        var data = Assert.IsType<ClassificationDataSpec>(specification.Data);
        Assert.Equal(("review", "rating"), (data.Text, data.Label));
        Assert.Contains("of 2 classes (label: rating, text: review)", TaskKinds.ForFile(path, new HashSet<string>()).Summarize(path).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_numbers_stays_a_forecast() =>
        Assert.Equal("forecast", TaskKinds.ForFile(Write("sales.csv", "day,sales\n2020-01-01,3\n2020-01-02,4\n"), new HashSet<string>()).Name);

    [Theory]
    [InlineData("text\tlabel\nfine\tx\n", "classify")]
    [InlineData("x,target\n1,2.5\n2,3.5\n", "forecast")]
    [InlineData("text,label\nsensor,0.25\nsensor,0.5\n", "forecast")]
    public void Names_of_columns_say_what_few_rows_do_not(string table, string task) =>
        Assert.Equal(task, TaskKinds.ForFile(Write(table.Contains('\t', StringComparison.Ordinal) ? "a.tsv" : "a.csv", table), new HashSet<string>()).Name);

    [Fact]
    public void Vocabulary_and_labels_are_those_of_the_training_part_alone()
    {
        string path = Write("a.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"word{i} here\t{(i % 2 == 0 ? "b" : "a")}\n")));
        ClassificationTask task = Load(path, "line < 12");
        var preparation = ClassificationPreparation.Format.Read(SourceParser.Parse(task.Preparation, "preparation"));
        Assert.Equal(["a", "b"], preparation.Labels.Entries);
        Assert.Equal(10, task.Test!.Rows);
        var vocabulary = Assert.IsType<SentenceInput>(preparation.Input).Vocabulary;
        Assert.True(vocabulary.Contains("word15"));
        Assert.False(vocabulary.Contains("word3"));
        Assert.Equal(task.Preparation, ClassificationPreparation.Format.ToJson(preparation));
    }

    [Fact]
    public void The_data_hash_changes_with_any_word_label_or_part()
    {
        const string Text = "text\tlabel\na b\tx\nc d\ty\na c\tx\nb d\ty\na d\tx\nb c\ty\n";
        string Hash(string text, string test = "line == 2") => Load(Write("h.tsv", text), test).DataHash;
        string hash = Hash(Text);
        Assert.Equal(hash, Hash(Text));
        Assert.NotEqual(hash, Hash(Text.Replace("a d", "a b", StringComparison.Ordinal)));
        Assert.NotEqual(hash, Hash(Text.Replace("b c\ty", "b c\tx", StringComparison.Ordinal)));
        Assert.NotEqual(hash, Hash(Text, "line == 3"));
    }

    [Theory]
    [InlineData("a b\tx\nc d\ty\na c\tx\n\ty\n", "bad.tsv:5: the sentence is empty")]
    [InlineData("a b\tx\nc d\ty\na c\tx\nz\t\n", "bad.tsv:5: the label in \"label\" is empty")]
    [InlineData("a b\tx\nc d\ty\na c\tx\n", "bad.tsv:3: the class y has one training example")]
    [InlineData("a b\tx\nc d\tx\na c\tx\n", "bad.tsv:2: all 3 training examples have the label x")]
    public void Bad_examples_are_told_with_their_lines(string rows, string message) => Assert.StartsWith(
        message, Assert.Throws<InvalidInputException>(() => Load(Write("bad.tsv", "text\tlabel\n" + rows), null, "bad.tsv")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_label_that_no_training_example_has_is_told_with_its_line()
    {
        string path = Write("bad.tsv", "text\tlabel\na b\tgood\nc d\tbad\na c\tgood\na d\tbad\na e\tgod\n");
        Assert.Contains(
            ":6: no training example has the label \"god\". Did you mean good? If it is a class of its own, give the training part examples of it, ",
            Assert.Throws<InvalidInputException>(() => Load(path, "line == 6")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Naive_bayes_is_that_of_the_textbook()
    {
        // Manning, Raghavan and Schütze 2008, table 13.1: Chinese 0, Beijing 1, Shanghai 2, Macao 3, Tokyo 4, Japan 5.
        var bayes = new NaiveBayes([[0, 1, 0], [0, 0, 2], [0, 3], [4, 5, 0]], 6, [1, 1, 1, 0], 2);
        Assert.Equal(1, bayes.Predict([0, 0, 0, 4, 5]));
        Assert.Equal(0, bayes.Predict([4, 5, 4]));
    }

    [Fact]
    public void The_nearest_centroid_knows_rows_of_any_length_by_their_mean()
    {
        float[,] Row(int steps, float level)
        {
            var row = new float[steps, 1];
            for (int t = 0; t < steps; t++) row[t, 0] = level + (t % 2);
            return row;
        }

        var centroid = new NearestCentroid([Row(2, 0), Row(4, 1), Row(6, 10), Row(2, 11)], [0, 0, 1, 1], 2);
        Assert.Equal((0, 1), (centroid.Predict(Row(8, 2)), centroid.Predict(Row(2, 9))));
    }

    private static ClassificationTask Load(string path, string? test, string? shown = null)
    {
        var data = new ClassificationDataSpec
        {
            Path = shown ?? path,
            Text = "text",
            Label = "label",
            Split = new(null, Nothing, test is null ? Nothing : new(0, test)),
        };
        return ClassificationTask.Load(data, Path.GetDirectoryName(path)!);
    }

    private static SplitPart Nothing => SplitPart.None;

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
