using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public class WordVocabularyTests
{
    [Fact]
    public void Words_are_counted_and_lines_end_with_a_token()
    {
        WordVocabulary vocabulary = Fit(TextUnit.Whitespace, "the cat\nthe dog <unk>\n");
        Assert.Equal((5, 0, 1, "words"), (vocabulary.Count, vocabulary.Unknown, vocabulary.Beginning, vocabulary.UnitName));
        Assert.Equal([2, 3, 1, 2, 0, 1], vocabulary.EncodeText("the cat\nthe bird"));
        Assert.Equal([2, 3], vocabulary.Encode("the cat"));
        Assert.Contains("the word \"caat\" of the text is not in the vocabulary. Did you mean \"cat\"?",
            Assert.Throws<InvalidInputException>(() => vocabulary.Encode("the caat")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_join_to_the_text_that_they_were_cut_from() =>
        Gen.String[Gen.Char["ab,.'é \n"], 1, 60].Sample(text =>
        {
            WordVocabulary vocabulary = Fit(TextUnit.Words, text);
            string once = string.Join('\n',
                text.TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))) + "\n";
            string trailing = text.EndsWith('\n') ? text[text.TrimEnd('\n').Length..][1..] : "";
            if (text.Trim('\n').Length > 0) Assert.Equal(once + trailing, vocabulary.Decode(vocabulary.EncodeText(text)));
        }, iter: 500);

    [Fact]
    public void A_word_behind_a_prompt_has_a_space_before_it()
    {
        WordVocabulary vocabulary = Fit(TextUnit.Words, "the cat, too\n");
        TokenDecoder decoder = vocabulary.CreateDecoder();
        foreach (int token in vocabulary.Encode("the")) _ = decoder.Next(token);
        Assert.Equal(" cat, too\n", string.Concat(vocabulary.EncodeText("the cat, too\n").Skip(1).Select(decoder.Next)));
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        WordVocabulary vocabulary = Fit(TextUnit.Words, "J'ai \"faim\".\n");
        TextVocabulary read = TextVocabulary.FromJson(vocabulary.ToJson(), "checkpoint");
        Assert.Equal(vocabulary.ToJson(), read.ToJson());
        Assert.Equal("J'ai \"faim\".\n", read.Decode(read.EncodeText("J'ai \"faim\".\n")));
    }

    [Theory]
    [InlineData("""{"unit": "words", "words": ["<unk>"]}""")]
    [InlineData("""{"unit": "words", "words": ["a", "<eos>"]}""")]
    [InlineData("""{"unit": "whitespace", "words": ["<unk>", "<eos>", "a", "a"]}""")]
    [InlineData("""{"unit": "whitespace"}""")]
    public void A_damaged_vocabulary_is_refused(string json) => Assert.Throws<InvalidInputException>(() => TextVocabulary.FromJson(json, "checkpoint"));

    private static WordVocabulary Fit(TextUnit unit, string text) => WordVocabulary.Fit(unit, WordVocabulary.Cut(unit, text), 1, null);
}
