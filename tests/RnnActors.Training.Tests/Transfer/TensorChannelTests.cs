using System.Runtime.InteropServices;
using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public class TensorChannelTests
{
    private static readonly ContentHash Run = new(7);

    /// <summary>Blocks of one value to several frames.</summary>
    private static readonly Gen<(bool FromNear, FrameKind Kind, int Length)[]> Transfers = Gen.Select(
        Gen.Bool, Gen.Bool.Select(isState => isState ? FrameKind.State : FrameKind.Gradient), Gen.Frequency((4, Gen.Int[1, 40]), (2, Gen.Int[16_000, 17_000]), (1, Gen.Int[60_000, 400_000]))).Array[1, 12];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_of_any_size_arrive_to_the_bit_in_both_directions_at_once(bool secured)
    {
        using Certificates certificates = new();
        TlsCredentials? tls = secured ? certificates.Node("a").Load() : null;
        using ChannelPair pair = new(tls: tls);
        int step = 0, fromNear = 0, fromFar = 0;
        Transfers.Sample(transfers =>
        {
            step++;
            var sent = transfers.Select((t, i) => (Transfer: new FrameDescription(t.Kind, Run, 3, step, new ShardRange(i, 2)), t.FromNear, Block: Values(t.Length, i))).ToArray();
            foreach (var (transfer, near, block) in sent) (near ? pair.Near : pair.Far).Channel.Send(transfer, block);
            fromNear += sent.Count(t => t.FromNear);
            fromFar += sent.Count(t => !t.FromNear);
            pair.Far.Whole(fromNear);
            pair.Near.Whole(fromFar);
            pair.Near.SentTransfers(fromNear);
            pair.Far.SentTransfers(fromFar);
            foreach (var (transfer, near, block) in sent) Assert.True(MemoryMarshal.AsBytes(block.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes((near ? pair.Far : pair.Near).Block(transfer).AsSpan())));
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void A_gradient_of_zeros_costs_little_and_arrives_to_the_bit() => Gen.Select(Gen.Int[1, 200_000], Gen.Int[0, 20], Gen.Int).Sample(
        (length, count, seed) =>
        {
            var random = new Random(seed);
            GradientBuffer block = new(length), place = new(length + FrameDescription.PageLength);
            block.Clear(0, length);
            for (int i = 0; i < count; i++)
            {
                int at = random.Next(length);
                block.Mark(at, 1);
                block.Span[at] = random.Next(3) == 0 ? -0f : random.NextSingle() - 0.5f;
            }

            Values(place.Length, 1).CopyTo(place.Span);
            FrameDescription transfer = new(FrameKind.Gradient, Run, 1, 2, new ShardRange(0, 1), 4 * FrameDescription.PageLength);
            RecordingSink far = new() { Accepting = _ => FrameTarget.Into(place, FrameDescription.PageLength, length) };
            using ChannelPair pair = new(far: far);
            pair.Near.Channel.Send(transfer, block.Memory, block.Marks);
            Assert.Equal([transfer], far.Whole(1));
            Assert.True(MemoryMarshal.AsBytes(block.Span).SequenceEqual(MemoryMarshal.AsBytes(place.Span[FrameDescription.PageLength..])));
            Assert.True(MemoryMarshal.AsBytes(Values(FrameDescription.PageLength, 1).AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(place.Span[..FrameDescription.PageLength])));
            int wholeFrames = length * sizeof(float) / SharedSlots.SlotBytes * (SharedSlots.SlotBytes / sizeof(float) / GradientBuffer.Alignment);
            Assert.Equal(block.Marks[..wholeFrames].ToArray(), place.Marks.Slice(1, wholeFrames).ToArray());
            if (length > 10_000) Assert.InRange(far.Channel.BytesReceived, 64, 1000 + (count * 64) + (length / 100));
        }, iter: 20, threads: 1);

    [Fact]
    public void Of_parameters_what_is_marked_arrives_and_the_rest_stays_where_that_saves_much() => Gen.Select(Gen.Int[1, 200_000], Gen.Int[0, 20], Gen.Int).Sample(
        (length, count, seed) =>
        {
            var random = new Random(seed);
            float[] block = Values(length, 1), place = Values(length, 2);
            ulong[] marks = new ulong[BlockMarks.Words(length)];
            bool[] isWanted = new bool[length];
            for (int i = 0; i < count; i++)
            {
                int first = random.Next(length), rows = random.Next(1, Math.Min(300, length - first + 1));
                BlockMarks.Set(marks, first, rows);
                Array.Fill(isWanted, true, first, rows);
            }

            RecordingSink far = new() { Accepting = _ => FrameTarget.Into(place) };
            using ChannelPair pair = new(far: far);
            pair.Near.Channel.Send(Parameters(1), block, marks);
            far.Whole(1);
            float[] untouched = Values(length, 2);
            for (int i = 0; i < length; i++)
            {
                int bits = BitConverter.SingleToInt32Bits(place[i]);
                Assert.True(bits == BitConverter.SingleToInt32Bits(block[i]) || (!isWanted[i] && bits == BitConverter.SingleToInt32Bits(untouched[i])));
            }

            if (length > 100_000) Assert.True(far.Channel.BytesReceived < length);
        }, iter: 20, threads: 1);

    [Fact]
    public void Messages_arrive_whole_and_in_order_however_long_they_are()
    {
        using ChannelPair pair = new();
        FrameDescription of = new(FrameKind.Message, Run, 1);
        int[] lengths = [1, 2, SendQueue.SmallBytes, SendQueue.SmallBytes + 1, 4 << 20, 3_000_001];
        byte[][] messages = [.. lengths.Select((length, seed) =>
        {
            byte[] message = new byte[length];
            new Random(seed).NextBytes(message);
            return message;
        })];
        foreach (byte[] message in messages) pair.Near.Channel.Tell(of, message);
        Assert.Equal(messages, pair.Far.Messages(messages.Length));
        Assert.Throws<ArgumentException>(() => pair.Near.Channel.Tell(of, new byte[TensorChannel.MostMessageBytes + 1]));
    }

    [Fact]
    public void A_short_message_overtakes_a_long_one()
    {
        using Gate first = new(), queued = new();
        RecordingSink far = new()
        {
            Accepting = frame =>
            {
                first.Set();
                queued.Wait();
                return FrameTarget.Into(new float[1]);
            },
        };
        using ChannelPair pair = new(far: far);
        pair.Near.Channel.Send(Parameters(1), Values(1, 1));
        first.Wait();
        FrameDescription of = new(FrameKind.Message, Run, 1);
        pair.Near.Channel.Tell(of, new byte[16_000_000]);
        pair.Near.Channel.Tell(of, [7]);
        queued.Set();
        Assert.Equal([1, 16_000_000], far.Messages(2).Select(message => message.Length));
    }

    [Fact]
    public void Parts_of_the_same_parameters_do_not_supersede_one_another()
    {
        using ChannelPair pair = new();
        FrameDescription[] parts = [.. Enumerable.Range(0, 5).Select(i => Parameters(1) with { First = i * 50 * FrameDescription.PageLength, Shards = new ShardRange(0, i) })];
        foreach (var part in parts) pair.Near.Channel.Send(part, Values(50 * FrameDescription.PageLength, part.First));
        Assert.Equal(parts, pair.Far.Whole(5));
    }

    [Fact]
    public void What_is_sent_before_the_channel_is_open_waits()
    {
        RecordingSink far = new();
        using ChannelPair pair = new(new RecordingSink { Opening = channel => channel.Send(Parameters(1), Values(3, 1)) }, far);
        Assert.Equal([Parameters(1)], far.Whole(1));
        Assert.Equal(Values(3, 1), far.Block(Parameters(1)));
    }

    [Fact]
    public void Bytes_are_counted_alike_on_both_sides()
    {
        using ChannelPair pair = new();
        pair.Near.Channel.Send(Parameters(1), Values(100, 1));
        pair.Far.Whole(1);
        Assert.Equal(64 + 400, pair.Far.Channel.BytesReceived);
        pair.Far.Channel.Send(Parameters(2), Values(1, 1));
        pair.Near.Whole(1);
        Assert.Equal(64 + 400, pair.Near.Channel.BytesSent);
        Assert.Equal(64 + 4, pair.Near.Channel.BytesReceived);
    }

    [Fact]
    public void A_small_block_overtakes_a_large_one()
    {
        // The far side holds the first frame of the large block until the small one has been queued.
        using Gate first = new();
        using Gate queued = new();
        float[] block = new float[8_000_000], small = new float[1];
        RecordingSink far = new()
        {
            Accepting = frame =>
            {
                if (frame.Transfer.Kind != FrameKind.Gradient) return FrameTarget.Into(small);
                if (frame.Offset == 0)
                {
                    first.Set();
                    queued.Wait();
                }

                return FrameTarget.Into(block);
            },
        };
        using ChannelPair pair = new(far: far);
        pair.Near.Channel.Send(new FrameDescription(FrameKind.Gradient, Run), Values(block.Length, 1));
        first.Wait();
        pair.Near.Channel.Send(new FrameDescription(FrameKind.State, Run), small);
        queued.Set();
        Assert.Equal([FrameKind.State, FrameKind.Gradient], far.Whole(2).Select(t => t.Kind));
    }

    [Fact]
    public void New_parameters_supersede_older_ones_of_the_same_run()
    {
        using Gate first = new();
        using Gate queued = new();
        float[] block = new float[8_000_000];
        RecordingSink far = new()
        {
            Accepting = frame =>
            {
                if (frame is { Transfer.Step: 1, Offset: 0 })
                {
                    first.Set();
                    queued.Wait();
                }

                return FrameTarget.Into(block);
            },
        };
        using ChannelPair pair = new(far: far);
        FrameDescription otherRun = Parameters(1) with { Run = new ContentHash(8) };
        pair.Near.Channel.Send(Parameters(1), new float[block.Length]);
        first.Wait();
        pair.Near.Channel.Send(otherRun, new float[block.Length]);
        pair.Near.Channel.Send(Parameters(2), new float[block.Length]);
        pair.Near.Channel.Send(Parameters(3), Values(block.Length, 3));
        queued.Set();
        Assert.Equal([otherRun, Parameters(3)], far.Whole(2));
        Assert.Equal([Parameters(1), otherRun, Parameters(2), Parameters(3)], pair.Near.SentTransfers(4));
        Assert.True(MemoryMarshal.AsBytes(Values(block.Length, 3).AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(block.AsSpan())));
        Assert.DoesNotContain(far.Frames, frame => frame.Transfer == Parameters(2));
    }

    [Fact]
    public void A_discarded_transfer_leaves_the_next_one_whole()
    {
        RecordingSink far = new() { Accepting = frame => frame.Transfer.Step == 1 ? FrameTarget.Discard : FrameTarget.Into(new float[3]) };
        using ChannelPair pair = new(far: far);
        pair.Near.Channel.Send(new FrameDescription(FrameKind.Gradient, Run, 0, 1), new float[300_000]);
        pair.Near.Channel.Send(new FrameDescription(FrameKind.Gradient, Run, 0, 2), new float[3]);
        Assert.Equal([2L], far.Whole(1).Select(t => t.Step));
    }

    [Fact]
    public void A_refused_frame_ends_the_channel_with_its_reason()
    {
        RecordingSink far = new() { Accepting = frame => FrameTarget.Refuse($"{frame.Transfer} was not asked for") };
        using ChannelPair pair = new(far: far);
        pair.Near.Channel.Send(Parameters(1), new float[3]);
        Assert.Equal("the parameters of step 1 was not asked for", far.Reason);
        Assert.NotEmpty(pair.Near.Reason);
    }

    [Fact]
    public void A_block_of_another_length_than_announced_ends_the_channel_before_it_is_written()
    {
        float[] block = new float[4];
        using ChannelPair pair = new(far: new RecordingSink { Accepting = _ => FrameTarget.Into(block) });
        pair.Near.Channel.Send(Parameters(1), Values(3, 1));
        Assert.Contains("announced with 12 bytes, and has 16", pair.Far.Reason, StringComparison.Ordinal);
        Assert.Equal(new float[4], block);
    }

    [Fact]
    public void A_sink_that_throws_ends_its_channel_and_no_other()
    {
        using ChannelPair other = new();
        using ChannelPair pair = new(far: new RecordingSink { Accepting = _ => throw new InvalidOperationException("the sink is broken") });
        pair.Near.Channel.Send(Parameters(1), Values(3, 1));
        Assert.Equal("the sink is broken", pair.Far.Reason);
        other.Near.Channel.Send(Parameters(1), Values(3, 1));
        other.Far.Whole(1);
    }

    [Fact]
    public void A_side_that_never_reads_ends_the_channel_when_too_much_waits()
    {
        using Gate over = new();
        RecordingSink far = new()
        {
            Accepting = _ =>
            {
                over.Wait();
                return FrameTarget.Discard;
            },
        };
        using ChannelPair pair = new(far: far, settings: ChannelSettings.Default with { MostWaiting = 10 });
        float[] block = Values(4_000_000, 1);
        for (int i = 0; i < 12; i++) pair.Near.Channel.Send(new FrameDescription(FrameKind.Gradient, Run, 0, i), block);
        Assert.Equal("the other side does not read what is sent", pair.Near.Reason);
        over.Set();
    }

    [Fact]
    public void Closing_is_told_once_on_both_sides_and_sending_after_it_is_harmless()
    {
        using ChannelPair pair = new();
        pair.Near.Channel.Close("enough");
        pair.Near.Channel.Close("more than enough");
        Assert.Equal("enough", pair.Near.Reason);
        Assert.Equal("the other side closed the connection", pair.Far.Reason);
        pair.Near.Channel.Send(Parameters(1), new float[1]);
    }

    private static FrameDescription Parameters(long step) => new(FrameKind.Parameters, Run, 0, step);

    private static float[] Values(int length, int seed)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)((i + 1) * 2654435761 * (uint)(seed + 1)));
        return values;
    }
}
