using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public class VocabularyTests
{
    [Fact]
    public void The_most_frequent_come_first_and_equally_frequent_ones_in_ordinal_order()
    {
        Vocabulary vocabulary = Vocabulary.Fit(["b", "a", "c", "c", "B", "<unk>"], [Vocabulary.UnknownEntry]);
        Assert.Equal(["<unk>", "c", "B", "a", "b"], vocabulary.Entries);
        Assert.Equal((0, 1, 0), (vocabulary.Unknown, vocabulary.NumberOf("c"), vocabulary.NumberOf("d")));
        Assert.Equal(-1, Vocabulary.Of(["x"]).NumberOf("y"));
    }

    [Fact]
    public void Rare_ones_and_those_beyond_the_size_have_no_number()
    {
        string[] texts = ["a", "a", "a", "b", "b", "c"];
        Assert.Equal(["<unk>", "a", "b"], Vocabulary.Fit(texts, ["<unk>"], minCount: 2).Entries);
        Assert.Equal(["<unk>", "a"], Vocabulary.Fit(texts, ["<unk>"], maxSize: 2).Entries);
    }

    [Fact]
    public void It_does_not_depend_on_the_order_of_the_texts() => Gen.String[0, 2].Array[1, 30].Sample(texts =>
        Assert.Equal(Vocabulary.Fit(texts, []).Entries, Vocabulary.Fit(texts.Reverse(), []).Entries), iter: 200);

    [Fact]
    public void It_is_read_as_it_was_written() => Gen.String.Array[1, 20].Sample(texts =>
    {
        Vocabulary vocabulary = Vocabulary.Fit(texts, [Vocabulary.UnknownEntry]);
        string json = Vocabulary.Format.ToJson(vocabulary);
        if (texts.All(text => text.All(c => !char.IsSurrogate(c))))
            Assert.Equal(vocabulary.Entries, Vocabulary.Format.Read(SourceParser.Parse(json, "vocabulary")).Entries);
    }, iter: 200);

    [Fact]
    public void An_entry_that_stands_twice_is_refused() =>
        Assert.Throws<InvalidInputException>(() => Vocabulary.Format.Read(SourceParser.Parse("[\"a\", \"a\"]", "vocabulary")));
}
