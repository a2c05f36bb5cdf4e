using RnnActors.Core.Checkpoints;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Data.Text;

/// <summary>
/// The format of a <see cref="TokenStreamDataset"/>: the part of its text that rows use, once, in the narrowest integers that fit the vocabulary.
/// </summary>
public sealed class TokenStreamFormat : DatasetFormat
{
    public override string Kind => "tokens";

    public override DatasetContent? Describe(SequenceDataset dataset)
    {
        if (dataset is not TokenStreamDataset streams) return null;
        int vocabulary = streams.Input.Vocabulary;
        ReadOnlyMemory<int> tokens = streams.Tokens[..((streams.Rows * streams.Steps) + 1)];
        NamedTensor tensor = vocabulary <= byte.MaxValue + 1 ? NamedTensor.Of<byte>("tokens", Narrow(tokens, token => (byte)token), tokens.Length)
            : vocabulary <= ushort.MaxValue + 1 ? NamedTensor.Of<ushort>("tokens", Narrow(tokens, token => (ushort)token), tokens.Length)
            : NamedTensor.Of("tokens", tokens, tokens.Length);
        return new DatasetContent([tensor], [Number("vocabulary", vocabulary), Number("steps", streams.Steps), Number("streams", streams.Streams)]);
    }

    public override SequenceDataset Read(SafetensorsFile file)
    {
        int vocabulary = Number(file, "vocabulary", 1), steps = Number(file, "steps", 1), streams = Number(file, "streams", 1);
        int[] tokens = vocabulary <= byte.MaxValue + 1 ? Array.ConvertAll(Values<byte>(file, "tokens", out _, -1), token => (int)token)
            : vocabulary <= ushort.MaxValue + 1 ? Array.ConvertAll(Values<ushort>(file, "tokens", out _, -1), token => (int)token)
            : Values<int>(file, "tokens", out _, -1);
        if (tokens.AsSpan().ContainsAnyExceptInRange(0, vocabulary - 1)) throw Malformed(file, $"a token is outside the vocabulary of {vocabulary}");
        if (TokenStreamDataset.ChunksIn(tokens.Length, steps) < streams)
            throw Malformed(file, $"{tokens.Length} tokens do not fill {streams} streams of {steps} steps");
        return new TokenStreamDataset(tokens, vocabulary, steps, streams);
    }

    private static T[] Narrow<T>(ReadOnlyMemory<int> tokens, Converter<int, T> narrow) => Array.ConvertAll(tokens.ToArray(), narrow);
}
