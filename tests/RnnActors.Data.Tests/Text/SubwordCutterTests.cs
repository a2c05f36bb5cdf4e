using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Splits;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Tasks.Translation;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

/// <summary>Sentences in parts of words: learnt ones, and those of tokenizers of each kind.</summary>
public class SubwordCutterTests
{
    private static readonly string[] Training = ["the there the end", "then the end", "there, the end"];

    public static TheoryData<string> Kinds => ["pairs", "bytes", "pieces", "words"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Units_join_to_the_text_that_they_were_cut_from(string kind)
    {
        TextCutter cutter = Of(kind);
        string[] letters = kind == "words" ? ["the", "there", "end", "a"] : ["the", "there", "then", "end", "a", "ten"];
        Gen.Int[0, letters.Length - 1].Select(i => letters[i]).Array[1, 8].Sample(words =>
        {
            string text = string.Join(' ', words);
            Assert.Equal(text, cutter.Join(cutter.Cut(text)));
            Assert.DoesNotContain(cutter.Cut(text).Select(cutter.Show),
                shown => shown.Length > 1 && shown.Contains(BytePairs.WordMark, StringComparison.Ordinal));
        }, iter: 100);
        Assert.Contains(cutter.Cut("there then"), unit => unit.Length > 1);
        Assert.Equal("a", cutter.Join(cutter.Cut("a"))); // of which the library makes no tokens
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_checkpoint_keeps_what_was_learnt(string kind)
    {
        TextCutter cutter = Of(kind), restored = TextCutter.Restore(cutter.Unit, cutter.Learnt, "test");
        foreach (string text in Training) Assert.Equal(cutter.Cut(text), restored.Cut(text));
        if (cutter.Unit == TextUnit.Tokenizer)
            Assert.Throws<InvalidInputException>(() => TextCutter.Restore(TextUnit.Tokenizer, [cutter.Learnt[0], "no Base64!"], "test"));
        Assert.Throws<InvalidInputException>(() => TextCutter.Restore(cutter.Unit, ["no pair at all"], "test"));
    }

    [Fact]
    public void Merges_are_learnt_up_to_the_size_that_is_asked_for()
    {
        TextCutter few = TextCutter.Fit(TextUnit.BytePairs, Training, 11, null), many = TextCutter.Fit(TextUnit.BytePairs, Training, null, null);
        int characters = string.Concat(Training).Where(c => c != ' ').Distinct().Count() + 1; // and the mark of a word
        Assert.Equal(11 - characters, few.Learnt.Count);
        Assert.True(many.Learnt.Count > few.Learnt.Count);
        Assert.Equal(["▁the", "▁end"], many.Cut("the end"));
    }

    [Fact]
    public void A_tokenizer_and_its_unit_go_together()
    {
        Assert.Contains("data.tokenizer names none",
            Assert.Throws<InvalidInputException>(() => TextCutter.Fit(TextUnit.Tokenizer, Training, null, null)).Message, StringComparison.Ordinal);
        Assert.Contains("data.unit is another",
            Assert.Throws<InvalidInputException>(() => TextCutter.Fit(TextUnit.Words, Training, null, "vocab.json")).Message, StringComparison.Ordinal);
        Assert.Contains("U+2581",
            Assert.Throws<InvalidInputException>(() => Of("pairs").Cut("one▁two")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Classifiers_and_translators_read_them_and_keep_them(string kind)
    {
        TextUnit unit = kind == "pairs" ? TextUnit.BytePairs : TextUnit.Tokenizer;
        string? tokenizer = kind == "pairs" ? null : TokenizerVocabularyTests.PathOf(kind);
        string table = Path.Combine(Directory.CreateTempSubdirectory().FullName, "a.tsv");
        File.WriteAllLines(table, ["text\tlabel", .. Enumerable.Range(0, 12).Select(i => $"{Training[i % 3]}\t{(i % 2 == 0 ? "x" : "y")}")]);
        var split = new ExampleSplitSpec(null, SplitPart.None, SplitPart.None);
        var task = ClassificationTask.Load(
            new ClassificationDataSpec { Path = table, Text = "text", Label = "label", Unit = unit, Tokenizer = tokenizer, Split = split }, "");
        var read = ClassificationPreparation.Format.Read(SourceParser.Parse(task.Preparation, "preparation"));
        Assert.Equal(task.Preparation, ClassificationPreparation.Format.ToJson(read));
        Example sentence = new(["text"], [Training[0]], new SourceLocation("here"));
        Assert.Equal(Of(kind).Cut(Training[0]), Assert.IsType<SentenceInput>(read.Input).UnitsOf(sentence));

        Example pair = new([PairFile.SourceField, PairFile.TargetField], [Training[0], Training[1]], new SourceLocation("here"));
        var pairs = FittedPairs.Fit(new TranslationDataSpec { Unit = unit, Tokenizer = tokenizer, MinCount = 1 }, [pair, pair]);
        string stored = FittedPairs.Format.ToJson(pairs);
        FittedPairs again = FittedPairs.Format.Read(SourceParser.Parse(stored, "preparation"));
        Assert.Equal(stored, FittedPairs.Format.ToJson(again));
        Assert.Equal(pairs.EncodeSource(Training[0], pair.Where), again.EncodeSource(Training[0], pair.Where));
        Assert.DoesNotContain(pairs.Source.Unknown!.Value, again.EncodeSource(Training[0], pair.Where));
    }

    private static TextCutter Of(string kind) => kind == "pairs"
        ? TextCutter.Fit(TextUnit.BytePairs, Training, 30, null)
        : TextCutter.Fit(TextUnit.Tokenizer, Training, null, TokenizerVocabularyTests.PathOf(kind));
}
