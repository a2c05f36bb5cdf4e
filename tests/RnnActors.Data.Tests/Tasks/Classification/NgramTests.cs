using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;
using Xunit;
using Example = RnnActors.Data.Examples.Example;

namespace RnnActors.Data.Tests.Tasks.Classification;

/// <summary>Neighbouring words as units, and what naive Bayes says of units as the start of an embedding.</summary>
public sealed class NgramTests : IDisposable
{
    private const string Films = "text\tlabel\na b a\tx\na b c\ty\na b a\tx\nb c\ty\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Words_in_a_row_stand_behind_the_word_that_they_end_with()
    {
        SentenceInput input = Fit(new SentenceSpec("text", TextUnit.Whitespace) { Ngrams = 3 }, "a b c d");
        Assert.Equal(["a", "b", "a b", "c", "b c", "a b c", "d", "c d", "b c d"], input.UnitsOf(Of("a b c d")));
        Assert.Equal(["a"], input.UnitsOf(Of("a")));
        Assert.Equal(10, input.Vocabulary.Count);
        Assert.Equal(["a", "b", "a b"], Fit(new SentenceSpec("text", TextUnit.Whitespace) { Ngrams = 2, MaxLength = 2 }, "a").UnitsOf(Of("a b c d")));
    }

    [Fact]
    public void An_unknown_word_is_read_as_such_and_an_unknown_row_of_words_is_not()
    {
        SentenceInput input = Fit(new SentenceSpec("text", TextUnit.Whitespace) { Ngrams = 2, MinCount = 2 }, "a b c", "a b", "c a");
        Assert.Equal(["<unk>", "a", "a b", "b", "c"], input.Vocabulary.Entries.Order(StringComparer.Ordinal));
        Example sentence = Of("a b c z");
        Assert.Equal(["a", "b", "a b", "c", "z"], input.StepsOf(sentence, 5));
        Assert.Equal(["a", "b", "a b", "c", "<unk>"], input.Encode([sentence]).Tokens![0].Select(token => input.Vocabulary[token]));
    }

    [Fact]
    public void Signs_are_shown_without_their_marks_and_a_checkpoint_keeps_how_they_are_read()
    {
        ClassificationTask task = Load(new() { Ngrams = 2, Unit = TextUnit.Words }, "text\tlabel\nno, b\tx\nb c\ty\nno, c\tx\nc b\ty\n");
        var read = ClassificationPreparation.Format.Read(SourceParser.Parse(task.Preparation, "preparation"));
        Assert.Equal(task.Preparation, ClassificationPreparation.Format.ToJson(read));
        var input = Assert.IsType<SentenceInput>(read.Input);
        Assert.Equal(["no", ",", "no ,", "b", ", b"], input.StepsOf(Of("no, b"), 5));
        Assert.Equal("2", input.Export.Metadata["ngrams"]);
        Assert.NotEqual(task.DataHash, Load(new() { Unit = TextUnit.Words }, "text\tlabel\nno, b\tx\nb c\ty\nno, c\tx\nc b\ty\n").DataHash);
    }

    [Fact]
    public void Naive_bayes_weighs_a_unit_by_its_class_beside_the_others()
    {
        // Two classes: x has a twice and b once, y has b twice and c once; one is added to each of three counts.
        float[][] weights = new NaiveBayes([[0, 0, 1], [1, 1, 2]], 3, [0, 1], 2).Weights();
        float[] expected = [MathF.Log(3 / 1f), MathF.Log(2 / 3f), MathF.Log(1 / 2f)];
        for (int unit = 0; unit < 3; unit++) Assert.Equal(expected[unit], weights[unit][0], 1e-6f);
        Assert.All(weights, of => Assert.Equal(-of[0], of[1], 1e-6f));

        // The first of three classes has token 0 twice of 2; both others together have it once of 3.
        Assert.Equal(MathF.Log(3 / 4f / (2 / 5f)), new NaiveBayes([[0, 0], [0, 1], [1]], 2, [0, 1, 2], 3).Weights()[0][0], 1e-6f);
    }

    [Fact]
    public void An_embedding_starts_with_what_naive_bayes_says_of_the_training_part()
    {
        ClassificationTask task = Load(new() { Unit = TextUnit.Whitespace, NaiveBayes = true }, Films);
        var preparation = ClassificationPreparation.Format.Read(SourceParser.Parse(task.Preparation, "preparation"));
        Vocabulary words = Assert.IsType<SentenceInput>(preparation.Input).Vocabulary;
        var vectors = task.PretrainedVectors!.Vectors;
        Assert.Equal(2, vectors.Dimensions);
        Assert.Equal(MathF.Log(5 / 10f / (2 / 9f)), vectors.Values[words.NumberOf("a")]![0], 1e-6f);
        Assert.NotEqual(task.DataHash, Load(new() { Unit = TextUnit.Whitespace }, Films).DataHash);
        Assert.Contains("naive Bayes' weights of 4 tokens", task.Notes[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data.unit=\"characters\"", "data.ngrams=2", "data.ngrams joins words, but the unit is another")]
    [InlineData("data.vectors=\"glove.txt\"", "data.naiveBayes=true", "data has both vectors and naiveBayes")]
    [InlineData("data.ngrams=1", "data.ngrams=6", "from 1 to 5")]
    public void What_does_not_go_together_is_refused(string first, string second, string message)
    {
        var specification = RunSpecification.ForDataFile(Write(Films));
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => specification.With([first, second])).Message, StringComparison.Ordinal);
    }

    private static SentenceInput Fit(SentenceSpec spec, params string[] training) => SentenceInput.Fit(spec, [.. training.Select(Of)]);

    private static Example Of(string text) => new(["text"], [text], new SourceLocation("here"));

    private ClassificationTask Load(ClassificationDataSpec data, string table) => ClassificationTask.Load(
        data with
        {
            Path = Write(table),
            Text = "text",
            Label = "label",
            Split = new(null, SplitPart.None, SplitPart.None),
        }, "");

    private string Write(string table)
    {
        string path = Path.Combine(_folder.FullName, "films.tsv");
        File.WriteAllText(path, table);
        return path;
    }
}
