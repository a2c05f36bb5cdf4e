using System.Text;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public class TextVocabularyTests
{
    private static readonly Gen<string> AnyText =
        Gen.OneOf(Gen.Int[0, 0x7F], Gen.Int[0x80, 0xD7FF], Gen.Int[0xE000, 0x10FFFF]).Array[1, 40]
            .Select(values => string.Concat(values.Select(value => new Rune(value).ToString())));

    [Fact]
    public void What_is_encoded_decodes_to_the_same_text()
    {
        AnyText.Sample(text =>
        {
            TextVocabulary characters = TextVocabulary.Characters(text.EnumerateRunes(), hasUnknown: false);
            Assert.Equal(text, characters.Decode(characters.Encode(text)));
            Assert.Equal(text, TextVocabulary.Bytes.Decode(TextVocabulary.Bytes.Encode(text)));
        });
    }

    [Fact]
    public void A_vocabulary_that_is_written_reads_back_the_same()
    {
        Gen.Select(AnyText, Gen.Bool).Sample((text, hasUnknown) =>
        {
            TextVocabulary written = TextVocabulary.Characters(text.EnumerateRunes(), hasUnknown);
            TextVocabulary read = TextVocabulary.FromJson(written.ToJson(), "preparation");

            Assert.Equal((written.Unit, written.Count, written.Unknown), (read.Unit, read.Count, read.Unknown));
            Assert.Equal(written.Encode(text), read.Encode(text));
        });
        Assert.Equal(256, TextVocabulary.FromJson(TextVocabulary.Bytes.ToJson(), "preparation").Count);
    }

    [Fact]
    public void Tokens_are_in_the_order_of_the_characters()
    {
        TextVocabulary vocabulary = TextVocabulary.Characters("cab\U0001F600\uFFFD".EnumerateRunes(), hasUnknown: true);
        Assert.Equal([0, 1, 2, 3, 4], vocabulary.Encode("abc\uFFFD\U0001F600"));
        Assert.Equal((6, 5), (vocabulary.Count, vocabulary.Unknown));
        Assert.Equal("a\uFFFD", vocabulary.Decode([0, 5]));
    }

    [Fact]
    public void A_character_of_several_bytes_comes_with_its_last_byte()
    {
        TokenDecoder decoder = TextVocabulary.Bytes.CreateDecoder();
        Assert.Equal(["", "", "€", "a", ""], new[] { 0xE2, 0x82, 0xAC, 'a', 0xE2 }.Select(decoder.Next));
        Assert.Equal("\uFFFD", decoder.End());
    }

    [Theory]
    [InlineData("ax", "the character 'x' (U+0078) of the text is not in the vocabulary. The model knows 3 characters: abc.")]
    [InlineData("a\n", "the character U+000A of the text is not in the vocabulary.")]
    [InlineData("\U0001F600", "the character '\U0001F600' (U+1F600) of the text is not in the vocabulary.")]
    public void An_unknown_character_of_a_prompt_is_named(string prompt, string expected)
    {
        TextVocabulary vocabulary = TextVocabulary.Characters("abc".EnumerateRunes(), hasUnknown: true);
        var problem = Assert.Throws<InvalidInputException>(() => vocabulary.Encode(prompt));
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b\na", "\n")]
    [InlineData("ba", "a")]
    public void A_text_without_a_prompt_begins_behind_a_line_or_the_first_character(string training, string expected)
    {
        TextVocabulary vocabulary = TextVocabulary.Characters(training.EnumerateRunes(), hasUnknown: true);
        Assert.Equal(expected, vocabulary.Decode([vocabulary.Beginning]));
        Assert.Equal("\n", TextVocabulary.Bytes.Decode([TextVocabulary.Bytes.Beginning]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{ "unit": "words" }""")]
    [InlineData("""{ "unit": "characters", "vocabulary": "ba" }""")]
    [InlineData("""{ "unit": "characters", "vocabulary": "aa" }""")]
    [InlineData("""{ "unit": "characters", "vocabulary": "" }""")]
    [InlineData("""{ "unit": "characters", "vocabulary": ["a"] }""")]
    public void A_damaged_vocabulary_is_refused(string json) =>
        Assert.Throws<InvalidInputException>(() => TextVocabulary.FromJson(json, "preparation"));
}
