using CsCheck;
using RnnActors.Core.Sequences;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Text;

public class TokenStreamDatasetTests
{
    private static readonly Gen<(int Length, int Steps, int Streams)> AnyShape =
        from steps in Gen.Int[1, 9]
        from streams in Gen.Int[1, 7]
        from more in Gen.Int[0, 200]
        select ((steps * streams) + 1 + more, steps, streams);

    /// <summary>Tokens are their own places, so that every number read tells where it came from.</summary>
    [Fact]
    public void Every_step_is_read_once_in_the_order_of_the_text_and_its_label_is_the_next_token()
    {
        AnyShape.Sample((length, steps, streams) =>
        {
            var data = new TokenStreamDataset(Enumerable.Range(0, length).ToArray(), length, steps, streams);
            Batch batch = data.CreateBatch(data.Rows);
            data.Read([.. Enumerable.Range(0, data.Rows)], batch);

            var inputs = new List<int>();
            for (int row = 0; row < data.Rows; row++)
                for (int t = 0; t < steps; t++) inputs.Add(batch.Tokens[(t * data.Rows) + row]);
            Assert.Equal(Enumerable.Range(0, data.Rows * steps), inputs);
            Assert.Equal(batch.Tokens.ToArray().Select(token => token + 1), batch.Labels.ToArray());
            Assert.Equal(length, 1 + (data.Rows * steps) + data.LeftOut);
            Assert.InRange(data.LeftOut, 0, (streams * steps) - 1);
        });
    }

    [Fact]
    public void The_same_chunk_of_all_streams_continues_the_chunk_before()
    {
        AnyShape.Sample((length, steps, streams) =>
        {
            var data = new TokenStreamDataset(Enumerable.Range(0, length).ToArray(), length, steps, streams);
            Batch batch = data.CreateBatch(streams);
            int[] next = [.. Enumerable.Range(0, streams).Select(stream => stream * data.ChunksPerStream * steps)];
            for (int chunk = 0; chunk < data.ChunksPerStream; chunk++)
            {
                data.Read([.. Enumerable.Range(0, streams).Select(stream => (stream * (data.Rows / data.Streams)) + chunk)], batch);
                Assert.Equal(next, batch.Tokens[..streams].ToArray());
                next = batch.Labels[^streams..].ToArray();
            }
        });
    }

    [Fact]
    public void Fewer_rows_than_the_batch_can_hold_are_read_alike()
    {
        var data = new TokenStreamDataset(Enumerable.Range(0, 21).ToArray(), 21, 2, 2);
        Batch batch = data.CreateBatch(5);
        data.Read([7, 0], batch);

        Assert.Equal(2, batch.Rows);
        Assert.Equal([14, 0, 15, 1], batch.Tokens.ToArray());
        Assert.Equal([15, 1, 16, 2], batch.Labels.ToArray());
    }

    [Fact]
    public void No_other_number_of_streams_for_validation_leaves_out_less()
    {
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[1, 300]).Sample((chunks, max) =>
        {
            int streams = TokenStreamDataset.StreamsFor(chunks, max);

            Assert.InRange(streams, Math.Min(chunks, (max / 2) + 1), Math.Min(chunks, max));
            for (int other = Math.Min(chunks, max); other > max / 2; other--) Assert.True(chunks % streams <= chunks % other);
        });
    }

    [Fact]
    public void Too_few_tokens_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenStreamDataset(new int[8], 2, 4, 2));
}
