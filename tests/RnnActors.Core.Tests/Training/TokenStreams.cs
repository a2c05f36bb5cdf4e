using RnnActors.Core.Sequences;

namespace RnnActors.Core.Tests.Training;

/// <summary>Streams of tokens, cut into chunks whose hidden state is carried on; the target of each step is the token after it.</summary>
/// <param name="length">Tokens of a stream that are read: chunks times steps.</param>
internal sealed class TokenStreams(int streams, int length, int steps, int vocabulary) : SequenceDataset
{
    public override int Rows => streams * (length / steps);

    public override int Steps => steps;

    public override Shape Input => Shape.Tokens(vocabulary);

    public override TargetShape Target => new(vocabulary, IsSequence: true, IsLabels: true);

    public override int Streams => streams;

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        batch.Rows = rows.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            (int stream, int chunk) = Math.DivRem(rows[i], length / steps);
            for (int t = 0; t < steps; t++)
            {
                batch.Tokens[(t * rows.Length) + i] = Token(stream, (chunk * steps) + t);
                batch.Labels[(t * rows.Length) + i] = Token(stream, (chunk * steps) + t + 1);
            }
        }
    }

    /// <summary>No pattern that is worth learning; only that it is the same on every run.</summary>
    private int Token(int stream, int at) => (int)((((ulong)(stream * 7919) + (ulong)at) * 0x9E37_79B9_7F4A_7C15 >> 40) % (ulong)vocabulary);
}
