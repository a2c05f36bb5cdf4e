using RnnActors.Core.Generation;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>A network's translation.</summary>
/// <param name="SourceUnits">The units of the source.</param>
/// <param name="Units">The units of the translation, without the end token.</param>
/// <param name="Attention">The attention weights of the source's units, for each of <paramref name="Units"/>; empty if the model has no attention.</param>
internal sealed record Translated(string Text, double LogProbability, IReadOnlyList<string> SourceUnits, IReadOnlyList<string> Units,
    IReadOnlyList<float[]> Attention);

/// <summary>Translates sentences in batches, on several threads; the result does not depend on their number.</summary>
internal sealed class Translator(FittedPairs pairs, TranslationDataSpec spec, TrainedNetwork network)
{
    private const int SourcesAtOnce = 32;

    /// <param name="sentences">Each with its place, for messages.</param>
    /// <exception cref="InvalidInputException">A sentence is empty.</exception>
    public Translated[] Translate(IReadOnlyList<(string Text, SourceLocation Where)> sentences)
    {
        int[][] sources = [.. sentences.Select(sentence => pairs.EncodeSource(sentence.Text, sentence.Where))];
        var translated = new Translated[sources.Length];
        if (sources.Length == 0) return translated;

        // Batches of similar length: a batch takes as many steps as its longest translation. Long ones come first, since they take longest.
        int[][] batches = [.. Enumerable.Range(0, sources.Length).OrderByDescending(i => sources[i].Length).Chunk(SourcesAtOnce)];
        var decoding = new DecodingSpec
        {
            Begin = pairs.BeginToken,
            End = pairs.EndToken,
            MaxLength = spec.MaxLength,
            MaxSourceLength = sources.Max(source => source.Length),
            BeamWidth = Math.Min(spec.BeamWidth, pairs.Target.Count),
            LengthPenalty = spec.LengthPenalty,
            KeepsAttention = true,
        };
        int next = -1;
        Parallel.For(0, Math.Min(network.Threads, batches.Length), new ParallelOptions { MaxDegreeOfParallelism = network.Threads }, _ =>
        {
            var decoder = new SequenceDecoder(network.Model, network.Parameters, decoding, SourcesAtOnce, network.Weights);
            for (int batch = Interlocked.Increment(ref next); batch < batches.Length; batch = Interlocked.Increment(ref next))
            {
                // An unknown word is only allowed if the source has one to copy.
                var hypotheses = decoder.DecodeBatch(
                    [.. batches[batch].Select(i => sources[i])],
                        [.. batches[batch].Select(i => spec.CopyUnknown && sources[i].Contains(Unknown) ? (int?)null : pairs.Target.Unknown)]);
                for (int k = 0; k < hypotheses.Count; k++)
                {
                    int sentence = batches[batch][k];
                    translated[sentence] = ToText(sentences[sentence].Text, sources[sentence], hypotheses[k][0]);
                }
            }
        });
        return translated;
    }

    /// <summary>The token of unknown source words.</summary>
    private int Unknown => pairs.Source.Unknown ?? -1;

    /// <summary>The unknown source word with the most attention.</summary>
    private int LookedAt(int[] source, float[] attention) => Enumerable.Range(0, source.Length).Where(i => source[i] == Unknown).MaxBy(i => attention[i]);

    private Translated ToText(string source, int[] sourceTokens, Hypothesis hypothesis)
    {
        IReadOnlyList<string> sourceUnits = pairs.Cutter.Cut(source);
        List<string> units = [];
        List<float[]> attended = [];
        for (int i = 0; i < hypothesis.Tokens.Count; i++)
        {
            int token = hypothesis.Tokens[i];
            if (token == pairs.EndToken) break;
            float[] attention = i < hypothesis.Attention.Count ? hypothesis.Attention[i] : [];
            bool isUnknown = token == pairs.Target.Unknown, isCopied = spec.CopyUnknown && isUnknown && attention.Length > 0;
            if (token == pairs.BeginToken || (isUnknown && !isCopied)) continue; // not words; an undertrained network may output them
            units.Add(isCopied ? sourceUnits[LookedAt(sourceTokens, attention)] : pairs.Target[token]);
            if (attention.Length > 0) attended.Add(attention);
        }

        return new Translated(
            pairs.Cutter.Join(units), hypothesis.LogProbability, [.. sourceUnits.Select(pairs.Cutter.Show)], [.. units.Select(pairs.Cutter.Show)], attended);
    }
}
