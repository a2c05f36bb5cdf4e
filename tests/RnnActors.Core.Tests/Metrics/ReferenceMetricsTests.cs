using System.Text.Json;
using CsCheck;
using RnnActors.Core.Metrics;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Metrics;

/// <summary>The published test values of sacreBLEU, jiwer and seqeval.</summary>
public class ReferenceMetricsTests
{
    [SkippableFact]
    public void Bleu_is_sacrebleu_s()
    {
        foreach (JsonElement known in GoldenMetrics.Cases("bleu"))
        {
            JsonElement options = known.GetProperty("options");
            var bleu = new Bleu(options.GetProperty("order").GetInt32(), options.GetProperty("tokenize").GetString() == "none" ? ErrorRates.WordsOf : null);
            bool isLower = options.GetProperty("lowercase").GetBoolean();
            string[] hypotheses = known.Texts("hypotheses");
            string[][] streams =
                [.. known.GetProperty("references").EnumerateArray().Select(stream => stream.EnumerateArray().Select(text => text.GetString()!).ToArray())];
            string Cased(string text) => isLower ? text.ToLowerInvariant() : text;
            for (int i = 0; i < hypotheses.Length; i++) bleu.Add(Cased(hypotheses[i]), streams.Select(stream => Cased(stream[i])));
            Assert.Equal(known.GetProperty("score").GetDouble(), bleu.Score(), 1e-9);
        }
    }

    [SkippableFact]
    public void Tokens_of_13a_are_sacrebleu_s()
    {
        foreach (JsonElement known in GoldenMetrics.Cases("tokenize_13a"))
            Assert.Equal(known.Texts("tokens"), BleuTokenizer.Tokenize(known.GetProperty("text").GetString()!));
    }

    [SkippableFact]
    public void ChrF_is_sacrebleu_s()
    {
        foreach (JsonElement known in GoldenMetrics.Cases("chrf"))
        {
            JsonElement options = known.GetProperty("options");
            var chrF = new ChrF(options.GetProperty("order").GetInt32(), options.GetProperty("beta").GetDouble(),
                options.GetProperty("keep_whitespace").GetBoolean());
            string[] hypotheses = known.Texts("hypotheses");
            string[][] streams =
                [.. known.GetProperty("references").EnumerateArray().Select(stream => stream.EnumerateArray().Select(text => text.GetString()!).ToArray())];
            for (int i = 0; i < hypotheses.Length; i++) chrF.Add(hypotheses[i], streams.Select(stream => stream[i]));
            Assert.Equal(known.GetProperty("score").GetDouble(), chrF.Score(), 1e-9);
        }
    }

    [SkippableFact]
    public void Error_rates_are_jiwer_s()
    {
        foreach (JsonElement known in GoldenMetrics.Cases("error_rates"))
        {
            var rates = new ErrorRates();
            foreach ((string reference, string hypothesis) in known.Texts("references").Zip(known.Texts("hypotheses"))) rates.Add(reference, hypothesis);
            Assert.Equal((known.Whole("word_edits"), known.Whole("words"), known.Whole("character_edits"), known.Whole("characters")),
                (rates.WordEdits, rates.Words, rates.CharacterEdits, rates.Characters));
            Assert.Equal(known.GetProperty("wer").GetDouble(), rates.WordErrorRate, 1e-12);
            Assert.Equal(known.GetProperty("cer").GetDouble(), rates.CharacterErrorRate, 1e-12);
        }
    }

    [SkippableFact]
    public void Spans_are_seqeval_s()
    {
        foreach (JsonElement known in GoldenMetrics.Cases("spans"))
        {
            Check(known, "conll", "conll", SpanScheme.Conll);
            Check(known, "iob2_strict", "iob2", SpanScheme.Iob2Strict);
        }

        static void Check(JsonElement known, string name, string spans, SpanScheme scheme)
        {
            string[][] Of(string side) =>
                [.. known.GetProperty(side).EnumerateArray().Select(sentence => sentence.EnumerateArray().Select(tag => tag.GetString()!).ToArray())];
            var metrics = new SpanMetrics(scheme);
            string[][] truth = Of("truth"), predicted = Of("predicted");
            for (int i = 0; i < truth.Length; i++)
            {
                metrics.Add(truth[i], predicted[i]);
                Assert.Equal(
                    known.GetProperty($"predicted_spans_{spans}")[i].EnumerateArray()
                    .Select(span => (span[0].GetString()!, span[1].GetInt32(), span[2].GetInt32())),
                    SpanMetrics.SpansOf(predicted[i], scheme).Select(span => (span.Type, span.First, span.Last)));
            }

            JsonElement expected = known.GetProperty(name);
            Equal(expected.GetProperty("micro"), metrics.Micro);
            Equal(expected.GetProperty("macro"), metrics.Macro);
            Equal(expected.GetProperty("weighted"), metrics.Weighted);
            foreach (JsonProperty type in expected.GetProperty("types").EnumerateObject()) Equal(type.Value, metrics.OfType(type.Name));
        }

        static void Equal(JsonElement expected, MetricList metrics)
        {
            foreach (JsonProperty value in expected.EnumerateObject()) Assert.Equal(value.Value.GetDouble(), metrics[value.Name], 1e-12);
        }
    }

    [Fact]
    public void A_translation_that_is_its_reference_is_perfect() => Gen.String[Gen.Char["ab c.,1"], 8, 30].Sample(text =>
    {
        if (BleuTokenizer.Tokenize(text).Length < 4) return;
        var bleu = new Bleu();
        bleu.Add(text, "x", text);
        Assert.Equal(100, bleu.Score(), 1e-9);
    }, iter: 200);

    /// <summary>References of three and five words are equally near to four: the shorter one counts, so nothing is taken off for brevity.</summary>
    [Fact]
    public void Of_two_references_equally_near_in_length_the_shorter_one_counts()
    {
        var bleu = new Bleu();
        bleu.Add("a b c d", "a b c d e", "x y z");
        Assert.Equal(100, bleu.Score(), 1e-9);
    }

    [Fact]
    public void An_alignment_has_as_many_edits_as_the_distance_and_spells_both_sides() =>
        Gen.Select(Gen.String[Gen.Char["abc"], 0, 8], Gen.String[Gen.Char["abc"], 0, 8]).Sample((a, b) =>
        {
            string[] reference = ErrorRates.CharactersOf(a), hypothesis = ErrorRates.CharactersOf(b);
            var alignment = EditAlignment.Of(reference, hypothesis);
            Assert.Equal(EditAlignment.Distance(reference, hypothesis), alignment.Count(unit => unit.Edit != Edit.Equal));
            Assert.Equal(EditAlignment.Distance(hypothesis, reference), EditAlignment.Distance(reference, hypothesis));
            Assert.Equal(a, string.Concat(alignment.Select(unit => unit.Reference)));
            Assert.Equal(b, string.Concat(alignment.Select(unit => unit.Hypothesis)));
        }, iter: 500);
}
