using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public class BytePairVocabularyTests
{
    [Fact]
    public void The_most_frequent_pair_is_merged_first()
    {
        // Sennrich et al. 2016, figure 1: low 5, lowest 2, newer 6, wider 3.
        string[] words = [.. Enumerable.Repeat("low", 5), .. Enumerable.Repeat("lowest", 2), .. Enumerable.Repeat("newer", 6),
            .. Enumerable.Repeat("wider", 3)];
        var pairs = BytePairs.Learn(words, 4, []);
        Assert.Equal([("e", "r"), ("l", "o"), ("lo", "w"), ("e", "w")], pairs.Merges);
        Assert.Equal(["low", "er"], pairs.Cut("lower"));
    }

    [Fact]
    public void It_does_not_depend_on_the_order_of_the_words() => Gen.String[Gen.Char["abc"], 1, 5].Array[1, 30].Sample(words =>
        Assert.Equal(BytePairs.Learn(words, 10, []).Merges, BytePairs.Learn(words.Reverse(), 10, []).Merges), iter: 200);

    /// <summary>The queue of pairs gives what a look at all of them before each merge gives.</summary>
    [Fact]
    public void Merges_are_those_of_counting_all_pairs_each_time() => Gen.String[Gen.Char["abcd"], 1, 9].Array[1, 60].Sample(words =>
        Assert.Equal(Counted(words, 25, ["ab"]), BytePairs.Learn(words, 25, ["ab"]).Merges), iter: 500);

    private static List<(string, string)> Counted(string[] words, int count, string[] reserved)
    {
        List<string>[] cut = [.. words.Select(word => word.Select(letter => letter.ToString()).ToList())];
        List<(string, string)> merges = [];
        while (merges.Count < count)
        {
            var best = cut.SelectMany(symbols => symbols.Zip(symbols.Skip(1))).GroupBy(pair => pair)
                .Where(group => group.Count() > 1 && !reserved.Contains(group.Key.First + group.Key.Second))
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.First, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Second, StringComparer.Ordinal).FirstOrDefault();
            if (best is null) break;
            merges.Add(best.Key);
            foreach (List<string> symbols in cut)
            {
                for (int i = 0; i + 1 < symbols.Count; i++)
                {
                    if ((symbols[i], symbols[i + 1]) != best.Key) continue;
                    symbols[i] += symbols[i + 1];
                    symbols.RemoveAt(i + 1);
                }
            }
        }

        return merges;
    }

    [Fact]
    public void Tokens_join_to_the_text_that_they_were_cut_from() => Gen.Select(Gen.String[Gen.Char["ab,.é \n"], 1, 60], Gen.Int[3, 30]).Sample((text, size) =>
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Fit(BytePairVocabulary.Words(text), size);
        string[] lines = text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n');
        string once = string.Concat(lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)) + "\n"));
        int[] tokens = vocabulary.EncodeText(text);
        Assert.Equal(once, vocabulary.Decode(tokens));
        Assert.Equal(once.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length + lines.Length, tokens.Count(vocabulary.BeginsWord));
        TextVocabulary read = TextVocabulary.FromJson(vocabulary.ToJson(), "checkpoint");
        Assert.Equal(tokens, read.EncodeText(text));
    }, iter: 300);

    [Fact]
    public void No_part_is_taken_for_an_unknown_one_or_for_a_line_s_end()
    {
        string text = string.Concat(Enumerable.Repeat("(<unk>) [<unk>] (<eos>) [<eos>]\n", 5));
        for (int size = 10; size < 40; size++)
        {
            BytePairVocabulary vocabulary = BytePairVocabulary.Fit(BytePairVocabulary.Words(text), size);
            Assert.Equal(text, vocabulary.Decode(vocabulary.EncodeText(text)));
            Assert.Equal(vocabulary.EncodeText(text), vocabulary.Encode(text));
        }
    }

    [Fact]
    public void The_mark_of_a_word_in_a_text_is_refused() => Assert.Contains(
        "line 2 of the text has U+2581", Assert.Throws<InvalidInputException>(() => BytePairVocabulary.Words("a\nb\u2581c\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_character_that_the_training_text_has_not_is_unknown_and_refused_in_a_prompt()
    {
        BytePairVocabulary vocabulary = BytePairVocabulary.Fit(BytePairVocabulary.Words("a b\n"), 10);
        Assert.Contains(0, vocabulary.EncodeText("a z\n"));
        Assert.Throws<InvalidInputException>(() => vocabulary.Encode("a z"));
    }

    [Theory]
    [InlineData("""{"unit": "bytePairs", "words": ["<unk>", "a"]}""")]
    [InlineData("""{"unit": "bytePairs", "words": ["<unk>", "<eos>", "a"], "merges": ["a"]}""")]
    public void A_damaged_vocabulary_is_refused(string json) => Assert.Throws<InvalidInputException>(() => TextVocabulary.FromJson(json, "checkpoint"));

    [Fact]
    public void Perplexity_by_word_counts_words_and_line_ends()
    {
        var spec = new TextDataSpec { Path = "t", Unit = TextUnit.BytePairs, Steps = 2, Split = new(1), Vocabulary = 12 };
        LanguageModelTask task = LanguageModelTask.FromText("abab ab\nab abab\n", spec, 1);
        Assert.Equal(TextUnit.BytePairs, task.Vocabulary.Unit);
        Assert.Contains("parts of words", task.Describe("t"), StringComparison.Ordinal);
    }
}
