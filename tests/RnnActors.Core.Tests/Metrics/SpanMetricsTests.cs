using CsCheck;
using RnnActors.Core.Metrics;
using Xunit;

namespace RnnActors.Core.Tests.Metrics;

/// <summary>Spans in the schemes beside BIO.</summary>
public class SpanMetricsTests
{
    [Theory]
    [InlineData("I-PER I-PER O I-LOC", "PER 0 1, LOC 3 3")] // IOB1
    [InlineData("I-PER B-PER I-PER", "PER 0 0, PER 1 2")]
    [InlineData("B-PER E-PER S-LOC O", "PER 0 1, LOC 2 2")] // BIOES
    [InlineData("B-PER I-PER L-PER U-PER", "PER 0 2, PER 3 3")] // BILOU
    [InlineData("E-PER E-PER", "PER 0 0, PER 1 1")] // as conlleval counts what begins in its middle
    [InlineData("S-PER I-PER", "PER 0 0, PER 1 1")]
    [InlineData("B-PER I-LOC", "PER 0 0, LOC 1 1")]
    public void Spans_begin_and_end_as_conlleval_says(string tags, string spans) =>
        Assert.Equal(spans, string.Join(", ", SpanMetrics.SpansOf(tags.Split(' '), SpanScheme.Conll).Select(span => $"{span.Type} {span.First} {span.Last}")));

    /// <summary>Stretches with gaps between them, in each scheme.</summary>
    [Fact]
    public void All_schemes_tell_the_same_spans() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 2], Gen.Const("PER"), (length, gap, type) => (length, gap, type)).Array[0, 6].Sample(stretches =>
    {
        List<string> bio = [], bioes = [], bilou = [];
        foreach ((int length, int gap, string type) in stretches)
        {
            for (int i = 0; i < length; i++)
            {
                bio.Add($"{(i == 0 ? 'B' : 'I')}-{type}");
                bioes.Add($"{(length == 1 ? 'S' : i == 0 ? 'B' : i == length - 1 ? 'E' : 'I')}-{type}");
                bilou.Add($"{(length == 1 ? 'U' : i == 0 ? 'B' : i == length - 1 ? 'L' : 'I')}-{type}");
            }

            foreach (List<string> tags in (List<string>[])[bio, bioes, bilou]) tags.AddRange(Enumerable.Repeat("O", gap));
        }

        IReadOnlyList<TagSpan> expected = SpanMetrics.SpansOf(bio, SpanScheme.Conll);
        Assert.Equal(stretches.Length, expected.Count);
        foreach (List<string> tags in (List<string>[])[bioes, bilou])
        {
            Assert.Equal(expected, SpanMetrics.SpansOf(tags, SpanScheme.Conll));
            Assert.Equal(expected, SpanMetrics.SpansOf(tags, SpanScheme.Iob2Strict));
        }
    });

    [Theory]
    [InlineData("B-PER I-PER O", true)]
    [InlineData("U-PER L-PER B-X", true)]
    [InlineData("O O", false)]
    [InlineData("NOUN VERB", false)]
    [InlineData("B-PER X-PER", false)]
    public void Tags_are_spans_where_all_have_a_prefix(string tags, bool areSpans) => Assert.Equal(areSpans, SpanMetrics.AreSpans(tags.Split(' ')));
}
