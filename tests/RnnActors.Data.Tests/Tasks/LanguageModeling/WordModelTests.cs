using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.LanguageModeling;

public sealed class WordModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_folder_of_prepared_texts_is_recognised()
    {
        Write("x.train.txt", "a <unk> b\na c\n");
        Write("x.valid.txt", "a b\n");
        Write("x.test.txt", "a d\n");
        var specification = RunSpecification.ForDataFile(_folder.FullName);
        var data = Assert.IsType<TextDataSpec>(specification.Data);
        Assert.Equal(("x.train.txt", "x.valid.txt", "x.test.txt"),
            (Path.GetFileName(data.Path), Path.GetFileName(data.Validation), Path.GetFileName(data.Test)));
        Assert.Equal((TextUnit.Whitespace, 1.0, 0.0, true), (data.Unit, data.Split.Train, data.Split.Validation, data.HasValidation));
        Assert.Equal(specification.ToJson(), RunSpecification.Parse(specification.ToJson(), "again", "").ToJson());
        Assert.Equal(TextUnit.Characters, Assert.IsType<TextDataSpec>(RunSpecification.ForDataFile(Write("plain.txt", "once upon")).Data).Unit);
    }

    /// <summary>Of one text too: whatever stands behind its training part, the same units are known, by the same numbers.</summary>
    [Theory]
    [InlineData(TextUnit.Words)]
    [InlineData(TextUnit.Whitespace)]
    [InlineData(TextUnit.BytePairs)]
    public void What_stands_behind_the_training_part_changes_no_vocabulary(TextUnit unit)
    {
        var spec = new TextDataSpec { Path = "t", Unit = unit, Steps = 2, Split = new(0.5, 0.2, 0.3), Vocabulary = 280 };
        string[] known = ["red", "green", "greener", "greenest", "blue"];
        string train = string.Concat(Enumerable.Range(0, 100).Select(i => known[i % 5] + " "));
        string Preparation(string word) => LanguageModelTask.FromText(
            train + string.Concat(Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? "red " : word + " ")), spec, 1).Preparation;
        Assert.Equal(Preparation("red"), Preparation("zebra"));
    }

    [Fact]
    public void Words_are_known_from_the_training_text_alone()
    {
        var spec = new TextDataSpec { Path = "t", Unit = TextUnit.Whitespace, Steps = 2, Split = new(1), Validation = "v" };
        LanguageModelTask task = LanguageModelTask.FromText("a b\na b\n", spec, 1, validation: "a c\n");
        Assert.Equal(["<unk>", "<eos>", "a", "b"],
            Enumerable.Range(0, task.Vocabulary.Count).Select(token => token switch { 0 => "<unk>", 1 => "<eos>", _ => task.Vocabulary.Decode([token]) }));
        var batch = task.Validation!.CreateBatch(1);
        task.Validation.Read([0], batch);
        Assert.Equal([2, 0], batch.Tokens.ToArray());
        Assert.NotEqual(task.DataHash, LanguageModelTask.FromText("a b\na b\n", spec, 1, validation: "a b\n").DataHash);
    }

    [Fact]
    public void Rare_words_are_unknown_where_it_is_asked()
    {
        var spec = new TextDataSpec { Path = "t", Unit = TextUnit.Words, Steps = 2, Split = new(1), MinCount = 2 };
        Assert.Equal(3, LanguageModelTask.FromText("a b a\n", spec, 1).Vocabulary.Count);
        Assert.Equal(3, LanguageModelTask.FromText("a a b b a\n", spec with { MinCount = 1, Vocabulary = 3 }, 1).Vocabulary.Count);
    }

    [Fact]
    public void A_character_that_only_a_text_of_another_part_has_is_unknown()
    {
        var spec = new TextDataSpec { Path = "t", Steps = 1, Split = new(1), Test = "v" };
        Assert.Equal(3, LanguageModelTask.FromText("abab", spec, 1, test: "abc").Vocabulary.Count);
    }

    [Fact]
    public void A_part_has_one_source() => Assert.Contains(
        "has both a text for validation and a part of the split",
        Assert.Throws<InvalidInputException>(() => RunSpecification.ForDataFile(Write("a.txt", "abc"), ["data.validation=\"b.txt\""])).Message,
        StringComparison.Ordinal);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
