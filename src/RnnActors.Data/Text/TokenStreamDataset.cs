using RnnActors.Core.Sequences;

namespace RnnActors.Data.Text;

/// <summary>
/// A text of L tokens as S parallel streams of chunks of T steps, for truncated BPTT. Stream s begins where stream s - 1 ends, and a batch holds the same chunk
/// of all streams. The label of a step is the next token of the text, so a chunk's last label is the first token of the next chunk.
/// </summary>
public sealed class TokenStreamDataset : SequenceDataset
{
    private readonly ReadOnlyMemory<int> _tokens;
    private readonly int _chunks;

    /// <param name="tokens">(L), each in [0, vocabulary).</param>
    /// <param name="streams">The number of streams S; at least S·T + 1 tokens are needed.</param>
    public TokenStreamDataset(ReadOnlyMemory<int> tokens, int vocabulary, int steps, int streams)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(streams, 1);
        _tokens = tokens;
        _chunks = ChunksIn(tokens.Length, steps) / streams;
        ArgumentOutOfRangeException.ThrowIfLessThan(_chunks, 1, nameof(tokens));
        Steps = steps;
        Streams = streams;
        Input = Shape.Tokens(vocabulary);
        Target = new TargetShape(vocabulary, IsSequence: true, IsLabels: true);
    }

    public override int Rows => Streams * _chunks;

    public override int Steps { get; }

    public override int Streams { get; }

    public override Shape Input { get; }

    public override TargetShape Target { get; }

    /// <summary>The text, (L).</summary>
    internal ReadOnlyMemory<int> Tokens => _tokens;

    /// <summary>The number of chunks in a stream, which is the number of steps in an epoch.</summary>
    public int ChunksPerStream => _chunks;

    /// <summary>The number of tokens at the end of the text that are not a label of any row, since they do not fill a chunk of every stream.</summary>
    public int LeftOut => _tokens.Length - 1 - (Rows * Steps);

    /// <summary>The number of chunks in a text: each needs the token after it as its last label.</summary>
    public static int ChunksIn(int tokens, int steps) => Math.Max(0, tokens - 1) / steps;

    /// <summary>
    /// The number of streams, from half of <paramref name="max"/> up to it, that leaves the fewest chunks unused; the largest of several. If there are fewer
    /// chunks than that, the number of chunks.
    /// </summary>
    public static int StreamsFor(int chunks, int max)
    {
        if (chunks <= max) return chunks;
        int best = max;
        for (int streams = max - 1; streams > max / 2; streams--)
            if (chunks % streams < chunks % best) best = streams;
        return best;
    }

    public override void Read(ReadOnlySpan<int> rows, Batch batch)
    {
        batch.Rows = rows.Length;
        Span<int> inputs = batch.Tokens; // (T, B)
        Span<int> labels = batch.Labels; // (T, B)
        for (int b = 0; b < rows.Length; b++)
        {
            // Chunks of a stream are consecutive, and so are the streams: the row is the chunk's index in the text.
            ReadOnlySpan<int> chunk = _tokens.Span.Slice(rows[b] * Steps, Steps + 1);
            for (int t = 0; t < Steps; t++)
            {
                inputs[(t * rows.Length) + b] = chunk[t];
                labels[(t * rows.Length) + b] = chunk[t + 1];
            }
        }
    }
}
